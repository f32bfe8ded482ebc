// Journals as systemd-journal-upload sends them, over HTTP.
#include <array>
#include <functional>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "record/http_server.h"
#include "record/journal_duplicates.h"
#include "record/journal_stream.h"
#include "record/listener.h"
#include "record/worker.h"

namespace inquest::record {
namespace {

constexpr std::array kSettings = {
    Setting{"max-connections", SettingKind::Count, "1024", "open at once; an idle one makes room for a new one"},
    Setting{"max-connections-per-source", SettingKind::Count, "64", "of them from one address"},
    Setting{"stall-timeout", SettingKind::Duration, "2m", "how long nothing may come of an upload that was begun"},
};

// Pieces of an upload that wait to be stored, before no more are asked for.
constexpr size_t kMostOnTheWay = 16;

HttpResponse plain(unsigned status, std::string_view text) {
  return {.status = status, .type = "text/plain", .body = std::string(text)};
}

// What the uploads have in common.
struct Shared {
  explicit Shared(store::Store& store) : duplicates(store) {}
  JournalDuplicates duplicates;
  Worker worker;
};

// One POST. Answered with 202 when all its entries are on stable storage. Its work is shared with what the store and
// the worker call back, on the network thread.
class JournalUpload : public Upload {
 public:
  JournalUpload(const Surroundings& around, std::shared_ptr<Shared> shared, const IpAddress& peer)
      : work_(std::make_shared<Work>(around, std::move(shared), peer.text())) {}

  void feed(std::string_view piece, std::function<void(std::optional<HttpResponse>)> more) override {
    work_->more = std::move(more);
    std::vector<store::Event> events;
    work_->stream.feed(piece, work_->taker(events));
    work_->take(std::move(events));
  }

  void finish(Respond respond) override {
    work_->respond = std::move(respond);
    std::vector<store::Event> events;
    work_->stream.finish(work_->taker(events));
    work_->around.counters.malformed.add(work_->stream.malformed());
    work_->take(std::move(events));
  }

 private:
  struct Work : std::enable_shared_from_this<Work> {
    Work(const Surroundings& surroundings, std::shared_ptr<Shared> with, std::string from)
        : around(surroundings), shared(std::move(with)), peer(std::move(from)) {}

    JournalStream::Take taker(std::vector<store::Event>& events) {
      return [this, &events](JournalStreamEntry&& entry) {
        events.push_back(journal_event(std::move(entry), peer, around.now()));
      };
    }

    void take(std::vector<store::Event> events) {
      if (shared->duplicates.all_new(events)) return store(std::move(events));
      asking = true;
      auto batch = std::make_shared<std::vector<store::Event>>(std::move(events));
      shared->worker.run([self = shared_from_this(), batch] {
        self->shared->duplicates.remove(*batch);
        boost::asio::post(self->around.io, [self, batch] {
          self->asking = false;
          self->store(std::move(*batch));
        });
      });
    }

    void store(std::vector<store::Event> events) {
      if (!events.empty()) {
        ++on_the_way;
        around.counters.messages.add(events.size());
        around.sink.events(std::move(events), [self = shared_from_this()](const Result<void>& result) {
          // From a thread of the store's.
          std::optional<Error> error;
          if (!result) error = result.error();
          boost::asio::post(self->around.io, [self, error] {
            --self->on_the_way;
            if (error && !self->failed) self->failed = error;
            self->go_on();
          });
        });
      }
      go_on();
    }

    // Asks for more, or answers.
    void go_on() {
      if (asking) return;
      if (failed) {
        around.counters.not_stored.add();
        const bool later = failed->code == ErrorCode::Limit;
        HttpResponse response = plain(later ? 503 : 500, failed->message + "\n");
        if (auto end = std::exchange(more, nullptr)) return end(std::move(response));
        if (auto end = std::exchange(respond, nullptr)) return end(std::move(response));
        return;
      }
      if (respond) {
        if (on_the_way == 0) std::exchange(respond, nullptr)(plain(202, "OK.\n"));
        return;
      }
      if (more && on_the_way < kMostOnTheWay) std::exchange(more, nullptr)(std::nullopt);
    }

    const Surroundings around;
    std::shared_ptr<Shared> shared;
    const std::string peer;
    JournalStream stream;
    std::function<void(std::optional<HttpResponse>)> more;
    Respond respond;
    std::optional<Error> failed;
    size_t on_the_way = 0;
    bool asking = false;  // the worker looks for duplicates
  };

  std::shared_ptr<Work> work_;
};

std::unique_ptr<Upload> begin(const Surroundings& around, const std::shared_ptr<Shared>& shared,
                              const HttpRequest& head, HttpResponse& refusal) {
  // In the words of systemd-journal-remote.
  if (head.header("content-type") != "application/vnd.fdo.journal") {
    refusal = plain(415, "Content-Type: application/vnd.fdo.journal is required.\n");
    return nullptr;
  }
  return std::make_unique<JournalUpload>(around, shared, head.peer);
}

// Uploads may end after the listener, but not the worker: its tasks hold uploads, and hand them to the network thread.
class JournalListener : public OpenListener {
 public:
  JournalListener(std::unique_ptr<HttpServer> server, std::shared_ptr<Shared> shared)
      : server_(std::move(server)), shared_(std::move(shared)) {}
  ~JournalListener() override { shared_->worker.end(); }
  JournalListener(const JournalListener&) = delete;
  JournalListener& operator=(const JournalListener&) = delete;

  std::vector<ListenAddress> addresses() const override { return server_->addresses(); }
  void stop() override { server_->stop(); }

 private:
  std::unique_ptr<HttpServer> server_;
  std::shared_ptr<Shared> shared_;
};

Result<std::unique_ptr<OpenListener>> open(const Surroundings& around) {
  auto routes = std::make_shared<Routes>();
  const auto shared = std::make_shared<Shared>(around.store);
  // systemd-journal-upload has no password to show: `allow`, or certificates of clients, say who may.
  routes->add_upload(
      "POST", "/upload",
      [around, shared](const HttpRequest& head, HttpResponse& refusal) { return begin(around, shared, head, refusal); },
      Access::Open);

  HttpSetup setup;
  setup.name = "journal";
  setup.addresses = around.settings.addresses("listen");
  setup.allow = around.settings.networks("allow");
  setup.limits.connections = around.settings.count("max-connections");
  setup.limits.connections_per_source = around.settings.count("max-connections-per-source");
  setup.limits.stall = around.settings.duration("stall-timeout");
  setup.limits.rate = around.settings.count("rate");
  setup.limits.burst = around.settings.count("burst");
  setup.may_enter = [](const HttpRequest&) { return true; };
  setup.routes = std::move(routes);
  auto server = HttpServer::open(around, std::move(setup));
  if (!server) return fail(server.error());
  return std::make_unique<JournalListener>(std::move(*server), shared);
}

}  // namespace

extern const Listener journal_listener;
const Listener journal_listener = {
    .name = "journal",
    .summary = "journals over HTTP, as systemd-journal-upload sends them to systemd-journal-remote",
    .listen = "127.0.0.1:19532",
    .rate_help = "bytes a second that one address may send; 0: no limit",
    .settings = kSettings,
    .open = open,
};

}  // namespace inquest::record
