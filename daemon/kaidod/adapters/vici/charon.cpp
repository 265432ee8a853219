#include "adapters/vici/charon.hpp"

#include <boost/asio/post.hpp>
#include <deque>

#include "adapters/vici/comparison.hpp"
#include "adapters/vici/events.hpp"
#include "adapters/vici/link.hpp"
#include "adapters/vici/listing.hpp"
#include "adapters/vici/settings.hpp"
#include "adapters/vici/tool_watch.hpp"

namespace kaido::vici {

/// Everything behind Charon, kept alive by the handlers under way. An order gets the connection,
/// and calls `next` when it is over; only then does the one after it begin.
class Charon::Session : public std::enable_shared_from_this<Session> {
 public:
  Session(boost::asio::io_context& io, std::string path) : io_(io), path_(std::move(path)) {}

  void start(std::move_only_function<void(const IkeEvent&)> on_event);
  void stop();

  /// Queues `work(connection, done)`; while charon is down `done` gets the reason instead.
  template <typename T, typename Work>
  void submit(Done<T> done, Work work);
  /// The same, with `work(connection, change)` for a fresh change that ends with the order.
  template <typename Work>
  void change(Done<Names> done, Work work);

  [[nodiscard]] const std::shared_ptr<Loaded>& loaded() const { return loaded_; }
  [[nodiscard]] EventReader& reader() { return reader_; }
  [[nodiscard]] Change::SetLog log_switch() {
    return [self = shared_from_this()](bool on, std::move_only_function<void()> then) {
      self->link_->set_log(on && self->log_wanted_, std::move(then));
    };
  }
  void want_log(bool wanted, std::move_only_function<void()> then) {
    log_wanted_ = wanted;
    link_->set_log(wanted, std::move(then));
  }
  [[nodiscard]] boost::asio::io_context& io() { return io_; }

 private:
  using Order = std::move_only_function<void()>;

  void on_up(const std::string& version, const std::vector<IkeSa>& sas);
  void on_down(const Error& error);
  void on_charon_event(const std::string& name, const Section& message);
  void on_tool_run();
  void next();

  boost::asio::io_context& io_;
  std::string path_;
  std::shared_ptr<Link> link_;
  std::shared_ptr<ToolWatch> tool_;
  std::move_only_function<void(const IkeEvent&)> on_event_;
  EventReader reader_;
  std::shared_ptr<Loaded> loaded_ = std::make_shared<Loaded>();
  std::deque<Order> orders_;  ///< the front is under way
  bool log_wanted_ = true;
  bool stopped_ = false;
};

template <typename T, typename Work>
void Charon::Session::submit(Done<T> done, Work work) {
  auto over = [self = shared_from_this(), done = std::move(done)](Result<T> result) mutable {
    if (self->stopped_) return;
    done(std::move(result));
    if (self->stopped_) return;
    self->orders_.pop_front();
    self->next();
  };
  orders_.push_back([this, over = std::move(over), work = std::move(work)]() mutable {
    const auto connection = link_ ? link_->commands() : nullptr;
    if (!connection) {
      return over(std::unexpected(link_ ? link_->reason()
                                        : Error{Condition::charon_absent, "not yet started"}));
    }
    work(connection, std::move(over));
  });
  if (orders_.size() == 1) next();
}

template <typename Work>
void Charon::Session::change(Done<Names> done, Work work) {
  submit<Names>(std::move(done), [this, work = std::move(work)](
                                     const std::shared_ptr<Connection>& connection,
                                     auto over) mutable {
    work(connection, std::make_shared<Change>(connection, loaded_, log_switch(), std::move(over)));
  });
}

void Charon::Session::next() {
  if (orders_.empty()) return;
  // Posted: never from inside the caller's call, and no recursion through a long queue.
  boost::asio::post(io_, [self = shared_from_this()] {
    if (self->stopped_) return;
    auto order = std::move(self->orders_.front());  // its own end removes the front
    order();
  });
}

void Charon::Session::start(std::move_only_function<void(const IkeEvent&)> on_event) {
  on_event_ = std::move(on_event);
  const auto weak = weak_from_this();
  link_ = std::make_shared<Link>(
      io_, path_,
      Link::Handlers{.on_up =
                         [weak](const std::string& version, const std::vector<IkeSa>& sas) {
                           if (const auto self = weak.lock()) self->on_up(version, sas);
                         },
                     .on_down =
                         [weak](const Error& error) {
                           if (const auto self = weak.lock()) self->on_down(error);
                         },
                     .on_event =
                         [weak](const std::string& name, const Section& message) {
                           if (const auto self = weak.lock()) self->on_charon_event(name, message);
                         }});
  link_->start();
  tool_ = std::make_shared<ToolWatch>(io_, kTool, [weak] {
    if (const auto self = weak.lock()) self->on_tool_run();
  });
  tool_->watch();
}

void Charon::Session::stop() {
  stopped_ = true;
  orders_.clear();  // they hold this session
  if (link_) link_->stop();
  if (tool_) tool_->stop();
}

void Charon::Session::on_up(const std::string& version, const std::vector<IkeSa>& sas) {
  loaded_ = std::make_shared<Loaded>();
  log_wanted_ = true;
  reader_.learn(sas);
  tool_->watch();  // it may have come with this charon
  on_event_(CharonUp{version});
}

void Charon::Session::on_down(const Error& error) {
  reader_.forget();
  on_event_(CharonDown{error.to_string()});
}

void Charon::Session::on_tool_run() {
  if (link_->commands()) on_event_(CharonTouched{});
}

void Charon::Session::on_charon_event(const std::string& name, const Section& message) {
  const auto events = reader_.read(name, message);
  // Before CharonUp the reader only learns; the owner lists everything at CharonUp anyway.
  if (!link_->commands()) return;
  for (const auto& event : events) {
    if (stopped_) return;
    on_event_(event);
  }
}

Charon::Charon(boost::asio::io_context& io, std::string socket_path)
    : session_(std::make_shared<Session>(io, std::move(socket_path))) {}

Charon::~Charon() { session_->stop(); }

void Charon::start(std::move_only_function<void(const IkeEvent&)> on_event) {
  session_->start(std::move(on_event));
}

void Charon::set_credentials(IkeCredentials credentials, Done<void> done) {
  session_->change(
      [done = std::move(done)](const Result<Names>& outcome) mutable {
        if (!outcome) return done(std::unexpected(outcome.error()));
        done({});
      },
      [credentials = std::move(credentials)](const auto&, const std::shared_ptr<Change>& change) {
        change->set_credentials(credentials);
        change->run();
      });
}

void Charon::load(std::vector<IkeConnection> connections, Done<Names> done) {
  session_->change(std::move(done),
                   [connections = std::move(connections)](
                       const auto&, const std::shared_ptr<Change>& change) mutable {
                     change->load(std::move(connections));
                     change->unload_retired_keys();
                     change->run();
                   });
}

void Charon::unload(std::vector<std::string> names, Done<Names> done) {
  session_->change(std::move(done), [names = std::move(names), loaded = session_->loaded()](
                                        const auto&, const std::shared_ptr<Change>& change) {
    for (const auto& name : names) {
      const auto pools = loaded->pools.find(name);
      change->unload(name,
                     pools == loaded->pools.end() ? std::vector<std::string>() : pools->second);
    }
    change->unload_retired_keys();
    change->run();
  });
}

void Charon::reconcile(IkeDesired desired, Done<Names> done) {
  session_->change(std::move(done), [session = session_.get(), desired = std::move(desired)](
                                        const std::shared_ptr<Connection>& connection,
                                        const std::shared_ptr<Change>& change) mutable {
    compare(connection, session->loaded(), std::move(desired), change);
  });
}

void Charon::initiate(const std::string& connection, Done<void> done) {
  session_->submit<void>(
      std::move(done), [connection](const std::shared_ptr<Connection>& charon, auto over) {
        charon->command("initiate", vici::initiate(connection),
                        [over = std::move(over)](Result<Section> answer) mutable {
                          if (!answer) return over(std::unexpected(answer.error()));
                          over({});
                        });
      });
}

void Charon::terminate(std::uint32_t unique_id, Done<void> done) {
  session_->submit<void>(
      std::move(done), [unique_id](const std::shared_ptr<Connection>& charon, auto over) {
        charon->command("terminate", vici::terminate(unique_id),
                        [over = std::move(over)](const Result<Section>& answer) mutable {
                          // Refused: there is no such SA, or its peer did not answer and charon
                          // has destroyed it. Gone either way.
                          if (!answer && answer.error().condition != Condition::charon_refused)
                            return over(std::unexpected(answer.error()));
                          over({});
                        });
      });
}

void Charon::rekey(std::uint32_t unique_id, const std::string& connection, Done<void> done) {
  session_->submit<void>(
      std::move(done),
      [unique_id, connection](const std::shared_ptr<Connection>& charon, auto over) {
        charon->command("rekey", vici::rekey(unique_id, connection),
                        [over = std::move(over)](const Result<Section>& answer) mutable {
                          if (!answer) return over(std::unexpected(answer.error()));
                          over({});
                        });
      });
}

void Charon::listen_to_log(bool wanted, Done<void> done) {
  session_->submit<void>(std::move(done), [session = session_.get(), wanted](
                                              const std::shared_ptr<Connection>&, auto over) {
    session->want_log(wanted, [over = std::move(over)]() mutable { over({}); });
  });
}

void Charon::list(Done<std::vector<IkeSa>> done) {
  session_->submit<std::vector<IkeSa>>(
      std::move(done),
      [session = session_.get()](const std::shared_ptr<Connection>& charon, auto over) {
        std::make_shared<Listing>(session->io(), charon, session->reader(), std::move(over))->run();
      });
}

}  // namespace kaido::vici
