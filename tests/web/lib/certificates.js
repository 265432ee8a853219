// The company's CA and what it issued, by the openssl CLI: a file NAME.crt, NAME.key and NAME.p12 for each.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const DAY = 86_400_000;

const openssl = (folder, ...words) => execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

const newKey = (folder, name) =>
  openssl(folder, 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`);

function authority(folder, name, subject) {
  newKey(folder, name);
  openssl(folder, 'req', '-x509', '-key', `${name}.key`, '-days', '30', '-subj', `/CN=${subject}`,
    '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-out', `${name}.crt`);
}

const asn1Time = (milliseconds) =>
  new Date(milliseconds).toISOString().replace(/[-:T]/g, '').replace(/\.\d+Z/, 'Z');

// `openssl ca` alone of OpenSSL 3.0 can say from when to when.
function issue(folder, name, { by, subject = name, extensions, from = Date.now() - DAY, until = Date.now() + 20 * DAY }) {
  newKey(folder, name);
  writeFileSync(`${folder}/${name}.cnf`, `[ca]
default_ca = own
[own]
database = ${name}.index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[extensions]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
${extensions}
`);
  writeFileSync(`${folder}/${name}.index`, '');
  openssl(folder, 'req', '-new', '-key', `${name}.key`, '-subj', `/CN=${subject}`, '-out', `${name}.csr`);
  openssl(folder, 'ca', '-batch', '-notext', '-config', `${name}.cnf`, '-extensions', 'extensions',
    '-cert', `${by}.crt`, '-keyfile', `${by}.key`, '-startdate', asn1Time(from), '-enddate', asn1Time(until),
    '-in', `${name}.csr`, '-out', `${name}.crt`);
  openssl(folder, 'pkcs12', '-export', '-inkey', `${name}.key`, '-in', `${name}.crt`, '-name', name,
    '-passout', 'pass:', '-out', `${name}.p12`);
}

const PERSON = 'extendedKeyUsage = clientAuth';

export function makeCertificates(folder) {
  authority(folder, 'people-ca', 'Company people CA');
  authority(folder, 'other-ca', 'Another CA');
  authority(folder, 'web-ca', 'Web CA');
  issue(folder, 'elsewhere', { by: 'web-ca', extensions: 'extendedKeyUsage = serverAuth\nsubjectAltName = DNS:evil.kaido.test,DNS:evil.example' });
  issue(folder, 'portal', { by: 'web-ca', subject: 'vpn.kaido.test',
    extensions: 'extendedKeyUsage = serverAuth\nsubjectAltName = DNS:vpn.kaido.test,DNS:login.kaido.test' });
  for (const name of ['alice', 'alice-phone', 'bob']) issue(folder, name, { by: 'people-ca', extensions: PERSON });
  issue(folder, 'expired', { by: 'people-ca', extensions: PERSON, from: Date.now() - 9 * DAY, until: Date.now() - DAY });
  issue(folder, 'stranger', { by: 'other-ca', extensions: PERSON });
}
