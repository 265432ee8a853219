#include "portal/text.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>

namespace kaido::portal {

const char* tag_of(Language language) { return language == Language::english ? "en" : "ja"; }

Language other_than(Language language) {
  return language == Language::english ? Language::japanese : Language::english;
}

namespace text {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 86'400;

struct Unit {
  std::int64_t seconds;
  Words name;
};
constexpr std::array kUnits{Unit{kDay, {" d", "日"}}, Unit{kHour, {" h", "時間"}},
                            Unit{kMinute, {" min", "分"}}};

/// By its two largest units, rounded down: nobody is promised more than there is.
std::string duration(Language language, std::int64_t seconds) {
  std::string words;
  int units = 0;
  for (const auto& unit : kUnits) {
    const auto count = seconds / unit.seconds;
    seconds %= unit.seconds;
    if (units == 2 || (units == 0 && count == 0)) continue;
    ++units;
    if (count == 0) continue;
    if (!words.empty() && language == Language::english) words += ' ';
    words.append(std::to_string(count)).append(unit.name.in(language));
  }
  return words;
}

std::string two_digits(long number) {
  auto words = std::to_string(number);
  return words.size() < 2 ? '0' + words : words;
}

/// "+09:00".
std::string offset_of(long seconds) {
  const auto minutes = std::abs(seconds) / kMinute;
  return (seconds < 0 ? '-' : '+') + two_digits(minutes / 60) + ':' + two_digits(minutes % 60);
}

struct Fault {
  std::string_view name;
  Words words;
};
constexpr std::array kFaults{
    Fault{"certificate-expired",
          {"The certificate that your browser showed has expired. Ask your administrator for a new "
           "one.",
           "ブラウザーが提示した証明書は有効期限が切れています。新しい証明書を管理者に依頼してくだ"
           "さい。"}},
    Fault{
        "certificate-not-yet-valid",
        {"The certificate that your browser showed is not valid yet, or the hub's clock is wrong. "
         "Tell your administrator.",
         "ブラウザーが提示した証明書はまだ有効期間になっていないか、ハブの時計が狂っています。"
         "管理者に連絡してください。"}},
    Fault{"certificate-revoked",
          {"The certificate that your browser showed was revoked. Ask your administrator for a new "
           "one.",
           "ブラウザーが提示した証明書は失効しています。新しい証明書を管理者に依頼してください。"}},
    Fault{
        "certificate-usage",
        {"The certificate that your browser showed is not made for logging in. Choose another one, "
         "or ask your administrator for one.",
         "ブラウザーが提示した証明書はログイン用ではありません。別の証明書を選ぶか、管理者に"
         "依頼してください。"}},
    Fault{"revocation-unknown",
          {"The hub cannot tell at the moment whether your certificate was revoked. Tell your "
           "administrator.",
           "証明書が失効しているかどうかをハブが確認できません。管理者に連絡してください。"}}};
constexpr Words kOtherFault{
    "The certificate that your browser showed is not of your company. Choose another one, or ask "
    "your administrator for one.",
    "ブラウザーが提示した証明書は会社が発行したものではありません。別の証明書を選ぶか、管理者に"
    "依頼してください。"};

}  // namespace

constinit const Words own_name{"English", "日本語"};
constinit const Words menu{"Pages", "ページ"};
constinit const Words to_session{"Session", "セッション"};
constinit const Words to_devices{"My devices", "自分の端末"};
constinit const Words to_configuration{"WireGuard configuration", "WireGuardの設定"};

constinit const Words log_in{"Log in", "ログイン"};
constinit const Words log_in_lead{
    "Your browser showed a certificate. Now your ID and a code are needed.",
    "証明書を受け取りました。続けてIDとコードを入力してください。"};
constinit const Words user{"ID", "ID"};
constinit const Words code{"Code", "コード"};
constinit const Words code_hint{"From your authenticator app. A recovery code works, too.",
                                "認証アプリに表示されるコードです。回復コードも使えます。"};
constinit const Words error{"Error", "エラー"};
constinit const Words refused{
    "You were not logged in. Check your ID and that this device is yours, and try again with the "
    "next code. If it still does not work, ask your administrator.",
    "ログインできませんでした。IDとこの端末が自分のものであることを確認し、次のコードでもう一度"
    "お試しください。それでもできない場合は管理者にお問い合わせください。"};
constinit const Words cannot_decide{
    "The hub cannot check your login at the moment. Try again in a minute.",
    "ただいまログインを確認できません。1分ほどしてからもう一度お試しください。"};
constinit const Words old_form{
    "The form was too old or not complete. Fill in this one.",
    "フォームの期限が切れたか、入力が足りません。もう一度入力してください。"};

std::string wait(Language language, std::int64_t seconds) {
  const auto number = std::max<std::int64_t>(seconds, 1);
  const auto minutes = (number + kMinute - 1) / kMinute;
  if (language == Language::english)
    return "There were too many attempts. Try again in " +
           (number < kMinute ? std::to_string(number) + " s." : std::to_string(minutes) + " min.");
  return "試行回数が多すぎます。" +
         (number < kMinute ? std::to_string(number) + "秒" : std::to_string(minutes) + "分") +
         "後にもう一度お試しください。";
}

constinit const Words no_certificate{"No certificate came from your browser",
                                     "ブラウザーから証明書が届きませんでした"};
constinit const Words no_certificate_lead{
    "This hub knows your device by its certificate. There are two causes:",
    "このハブは端末を証明書で識別します。考えられる原因は2つです。"};
constinit const Words no_certificate_missing{
    "No certificate of your company is installed in this browser, or you did not choose it when "
    "the browser asked.",
    "このブラウザーに会社の証明書が入っていないか、ブラウザーが尋ねたときに選ばれませんでした。"};
constinit const Words no_certificate_expired{
    "It is installed but has expired: browsers leave out an expired certificate and do not say so.",
    "証明書は入っていますが、有効期限が切れています。期限切れの証明書は、ブラウザーが何も"
    "表示せずに除外します。"};
constinit const Words what_to_do{"What to do", "対処方法"};
constinit const Words no_certificate_choose{
    "Close all windows of this browser, open this page again, and choose your certificate when the "
    "browser asks.",
    "このブラウザーのウィンドウをすべて閉じてからこのページを開き直し、尋ねられたら証明書を選んで"
    "ください。"};
constinit const Words no_certificate_ask{
    "If there is none to choose, or its end is past, ask your administrator for a new one.",
    "選べる証明書がない場合や期限が過ぎている場合は、新しい証明書を管理者に依頼してください。"};
constinit const Words bad_certificate{"Your certificate cannot be used", "この証明書は使えません"};

const Words& certificate_fault(std::string_view fault) {
  const auto* const found = std::ranges::find(kFaults, fault, &Fault::name);
  return found == kFaults.end() ? kOtherFault : found->words;
}

constinit const Words bad_certificate_another{
    "To choose another certificate, close all windows of this browser first: it remembers the "
    "choice.",
    "別の証明書を選ぶには、先にこのブラウザーのウィンドウをすべて閉じてください。ブラウザーは"
    "選択を記憶しています。"};
constinit const Words try_again{"Try again", "もう一度試す"};

constinit const Words logged_in{"You are logged in", "ログインしています"};
constinit const Words device{"Device", "端末"};
constinit const Words ends{"Ends", "終了"};
constinit const Words asked_for_more{
    "The hub was asked for more time. The session ends as it says here.",
    "延長を申請しました。終了時刻は下に表示されているとおりです。"};
constinit const Words extend{"Extend", "延長する"};
constinit const Words extend_hint{"The hub gives more time as far as your company allows it.",
                                  "会社の規定の範囲内で時間が延長されます。"};
constinit const Words log_out{"Log out", "ログアウト"};
constinit const Words session_over{"Your session has ended", "セッションは終了しました"};
constinit const Words session_over_lead{
    "You are not connected to your company's networks any more.",
    "会社のネットワークには接続されていません。"};
constinit const Words log_in_again{"Log in again", "もう一度ログインする"};
constinit const Words logged_out{"You have logged out", "ログアウトしました"};
constinit const Words logged_out_lead{
    "Your device reaches your company's networks again when you log in.",
    "会社のネットワークを使うには、もう一度ログインしてください。"};
constinit const Words no_answer{"The hub does not answer", "ハブが応答しません"};
constinit const Words no_answer_lead{
    "It cannot be seen at the moment whether your session lives, and whether your last step "
    "counted. Try again in a minute.",
    "ただいまセッションの状態を確認できません。直前の操作が反映されたかどうかも確認できません。"
    "1分ほどしてからもう一度お試しください。"};

std::string time_left(Language language, std::int64_t seconds) {
  if (language == Language::english)
    return seconds < kMinute ? "in less than a minute" : "in " + duration(language, seconds);
  return seconds < kMinute ? "1分以内" : "あと" + duration(language, seconds);
}

std::string moment(Language language, std::int64_t since_1970) {
  const std::time_t time = since_1970;
  std::tm local{};
  if (localtime_r(&time, &local) == nullptr) return {};
  const auto year = std::to_string(1900L + local.tm_year);
  const auto month = two_digits(local.tm_mon + 1L);
  const auto day = two_digits(local.tm_mday);
  const auto clock = two_digits(local.tm_hour) + ':' + two_digits(local.tm_min);
  const auto date = language == Language::english ? year + '-' + month + '-' + day
                                                  : year + "年" + month + "月" + day + "日";
  return date + ' ' + clock + " (UTC" + offset_of(local.tm_gmtoff) + ')';
}

constinit const Words devices{"My devices", "自分の端末"};
constinit const Words devices_lead{
    "These devices are registered for you. If one is lost, tell your administrator at once.",
    "登録されている端末の一覧です。紛失した場合はすぐに管理者に連絡してください。"};
constinit const Words state{"State", "状態"};
constinit const Words enabled{"enabled", "有効"};
constinit const Words disabled{"disabled", "無効"};
constinit const Words certificate_until{"Certificate until", "証明書の期限"};
constinit const Words tunnel{"Tunnel", "トンネル"};
constinit const Words this_device{"this device", "この端末"};

constinit const Words configuration{"WireGuard configuration", "WireGuardの設定"};
constinit const Words configuration_lead{
    "For a WireGuard app on this device. The private key is not in it, since it is on your device "
    "and nowhere else: put it where the file says. The configuration works while you are logged "
    "in.",
    "この端末のWireGuardアプリ用の設定です。秘密鍵は端末の中にしかないため含まれていません。"
    "ファイルに示された場所に記入してください。この設定はログイン中のみ有効です。"};
constinit const Words configuration_no_key{
    "No WireGuard key is registered for this device. Your administrator or the first kaido login "
    "on this device registers it; then there is a configuration here.",
    "この端末にはWireGuardの鍵が登録されていません。管理者が登録するか、この端末で最初に"
    "kaido loginを実行すると登録され、ここに設定が表示されます。"};
constinit const Words configuration_no_wireguard{"This hub has no WireGuard for people.",
                                                 "このハブではWireGuardを利用できません。"};
constinit const Words download{"Download the file kaido.conf",
                               "ファイルkaido.confをダウンロードする"};
constinit const Words qr_code{"QR code of the configuration", "設定のQRコード"};
constinit const Words qr_code_lead{
    "For an app that takes a configuration without a private key and lets you add the key.",
    "秘密鍵のない設定を読み取り、あとから鍵を追加できるアプリ用です。"};
constinit const Words qr_code_alone{"Show the QR code alone, as large as the window",
                                    "QRコードだけをウィンドウいっぱいに表示"};
constinit const Words no_qr_code{"The configuration is too long for a QR code: take the file.",
                                 "設定が長すぎてQRコードにできません。ファイルを使ってください。"};
constinit const Words as_text{"The file", "ファイルの内容"};
constinit const Words private_key_here{
    "PrivateKey = the private key that belongs to the public key of this device",
    "PrivateKey = この端末の公開鍵と対になる秘密鍵"};

std::string left_out(Language language, std::size_t count, std::size_t all) {
  const auto some = std::to_string(count);
  const auto total = std::to_string(all);
  if (language == Language::english)
    return "A QR code has no room for all networks: the smallest " + some + " of " + total +
           " prefixes are left out and are not reached through the tunnel. The file has all.";
  return "QRコードにはすべてのネットワークが入りきりません。" + total + "個のうち最も小さい" +
         some + "個は含まれず、トンネルを通りません。ファイルにはすべて含まれています。";
}

constinit const Words help{"The door of this VPN hub", "VPNハブの入口"};
constinit const Words help_lead{"Kaido's own program logs in here: kaido login, with this address.",
                                "Kaidoのプログラム(kaido login)は、このアドレスでログインします。"};
constinit const Words help_browser{"Log in with this browser", "このブラウザーでログインする"};
constinit const Words help_no_browser{"Logging in with a browser is not set up on this hub.",
                                      "このハブではブラウザーからのログインは設定されていません。"};

}  // namespace text
}  // namespace kaido::portal
