#include "adapters/vici/listing.hpp"

#include "adapters/vici/sas.hpp"

namespace kaido::vici {

void list_sas(Connection& connection, Listed done) {
  Section question;
  question.add("noblock", "yes");
  connection.stream("list-sas", "list-sa", question,
                    [done = std::move(done)](Result<std::vector<Section>> answer) mutable {
                      if (!answer) return done(std::unexpected(answer.error()));
                      std::vector<IkeSa> sas;
                      for (const auto& message : *answer)
                        for (const auto& [name, section] : message.sections())
                          if (is_ours(name)) sas.push_back(read_ike_sa(name, *section));
                      done(std::move(sas));
                    });
}

Listing::Listing(boost::asio::io_context& io, std::shared_ptr<Connection> connection,
                 EventReader& reader, Listed done)
    : timer_(io), connection_(std::move(connection)), reader_(reader), done_(std::move(done)) {}

void Listing::run() {
  list_sas(*connection_, [self = shared_from_this()](Result<std::vector<IkeSa>> sas) {
    self->on_answer(std::move(sas));
  });
}

void Listing::on_answer(Result<std::vector<IkeSa>> sas) {
  if (!sas) return done_(std::move(sas));
  const auto missing = reader_.missing(*sas);
  if (!missing.empty() && delay_ <= kLastDelay) {
    timer_.expires_after(delay_);
    delay_ *= 2;
    timer_.async_wait([self = shared_from_this()](boost::system::error_code) { self->run(); });
    return;
  }
  for (const auto id : missing) reader_.forget(id);
  reader_.learn(*sas);
  done_(std::move(sas));
}

}  // namespace kaido::vici
