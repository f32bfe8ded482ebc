#include "record/recorder.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.h"
#include "record/listener.h"
#include "record/receive_buffer.h"
#include "record/sink.h"
#include "record/tls_context.h"

namespace inquest::record {
namespace {

namespace asio = boost::asio;

constexpr Ns kUsageAge = kSecond / 2;
constexpr auto kTick = std::chrono::seconds(1);
constexpr Ns kHeldUp =
    2 * kSecond;  // that the store may take to answer; a disk that is busy elsewhere may take minutes
constexpr auto kFarewell = std::chrono::seconds(5);  // for requests that were begun when the recorder was told to stop

std::string section_name(const Listener& listener) {
  std::string name(listener.name);
  std::ranges::replace(name, '_', '-');
  return name;
}

// To the observers and the store.
class Distributor : public Sink {
 public:
  Distributor(store::Store& store, std::vector<Observer*> observers, asio::io_context& io,
              std::function<void(std::string_view)> log)
      : store_(store), observers_(std::move(observers)), io_(io), log_(std::move(log)) {}

  void events(std::vector<store::Event> events, store::Store::Done done) override {
    for (Observer* observer : observers_) observer->events(events);
    store_.write(std::move(events), noted(std::move(done)));
  }
  void lines(const Peer& peer, std::string_view bucket, std::string lines, store::Store::Done done) override {
    for (Observer* observer : observers_) observer->lines(peer, bucket, lines);
    store_.write(bucket, std::move(lines), noted(std::move(done)));
  }
  void tick(Ns steady, Ns now) {
    for (Observer* observer : observers_) observer->tick(steady, now);
    if (waiting_ == 0 || steady - answered_ < kHeldUp) return;
    for (Observer* observer : observers_) observer->held_up();
  }

 private:
  // Says once that the store refuses, and once that it no longer does.
  store::Store::Done noted(store::Store::Done done) {
    if (waiting_.fetch_add(1) == 0) answered_ = steady_now();
    return [this, done = std::move(done)](const Result<void>& stored) {
      answered_ = steady_now();
      --waiting_;
      if (refuses_.exchange(!stored) != !stored) {
        std::string text = stored
                               ? "the store takes what comes again"
                               : fmt::format("the store takes nothing, senders are told so: {}", stored.error().text());
        asio::post(io_, [this, text = std::move(text)] { log_(text); });
      }
      if (done) done(stored);
    };
  }

  store::Store& store_;
  std::vector<Observer*> observers_;
  asio::io_context& io_;
  std::function<void(std::string_view)> log_;
  std::atomic<bool> refuses_ = false;
  std::atomic<size_t> waiting_ = 0;  // writes that the store has not answered
  std::atomic<Ns> answered_ = 0;     // steady: the last time that it did, or that it was given something anew
};

}  // namespace

struct Recorder::Impl {
  explicit Impl(Parts given)
      : parts(std::move(given)), sink(*parts.store, parts.observers, io, parts.log), signals(io), timer(io) {}
  ~Impl() {
    running.clear();
    stopped.clear();
    // What it calls back, it calls now, while all of this is still here.
    (void)parts.store->flush();
  }

  struct Running {
    const Listener* listener = nullptr;
    std::string section;
    Surroundings surroundings;
    std::unique_ptr<OpenListener> open;  // null: off
  };

  Parts parts;
  Counters counters;
  std::deque<ListenerCounters> listener_counters;
  Distributor sink;
  std::unique_ptr<TlsContext> tls;
  // What coroutines use is above, so that it goes after them.
  asio::io_context io{1};
  asio::signal_set signals;
  asio::steady_timer timer;
  std::deque<Running> running;
  std::vector<std::unique_ptr<OpenListener>> stopped;  // whose last coroutines may not have ended
  bool stopping = false;
  Ns last_watchdog = 0;

  void count_store();
  Result<void> load_tls();
  Result<void> open_all();
  Result<void> open_one(Running& one);
  void note_receive_buffers();
  void wait_for_signal();
  void reload();
  void tick();
  void begin_stop();
};

void Recorder::Impl::count_store() {
  struct Row {
    std::string_view name;
    std::string_view help;
    std::function<double(const store::Usage&)> read;
  };
  const Row rows[] = {
      {"inquest_store_bytes", "Bytes on disk.", [](const auto& u) { return static_cast<double>(u.bytes); }},
      {"inquest_store_batches_waiting", "Batches that are not yet in blocks.",
       [](const auto& u) { return static_cast<double>(u.batches_waiting); }},
      {"inquest_store_series", "Series.", [](const auto& u) { return static_cast<double>(u.series); }},
      {"inquest_store_rows", "Rows in blocks.", [](const auto& u) { return static_cast<double>(u.rows); }},
      {"inquest_store_values", "Values in blocks.", [](const auto& u) { return static_cast<double>(u.values); }},
      {"inquest_store_events", "Messages.", [](const auto& u) { return static_cast<double>(u.events); }},
      {"inquest_store_set_aside", "Files of days that were damaged and set aside.",
       [](const auto& u) { return static_cast<double>(u.set_aside.size()); }},
  };
  // All of them are read in one go, and mean one moment.
  struct Seen {
    Ns at = 0;
    store::Usage usage;
  };
  auto seen = std::make_shared<Seen>();
  for (const Row& row : rows) {
    counters.gauge(row.name, row.help, [read = row.read, seen, store = parts.store] {
      const Ns now = steady_now();
      if (seen->at == 0 || now - seen->at > kUsageAge) *seen = {now, store->usage()};
      return read(seen->usage);
    });
  }
}

Result<void> Recorder::Impl::load_tls() {
  const Section& general = parts.config.general();
  TlsContext::Files files{general.text("tls-certificate"), general.text("tls-key"), general.text("tls-client-ca")};
  if (files.certificate.empty()) return {};
  if (files.key.empty()) return fail(ErrorCode::NotFound, "tls-certificate is set, but no tls-key");
  auto loaded = TlsContext::load(std::move(files), parts.log);
  if (!loaded) return fail(loaded.error());
  tls = std::move(*loaded);
  return {};
}

Result<void> Recorder::Impl::open_all() {
  for (const Listener* listener : listeners()) {
    const std::string section = section_name(*listener);
    ListenerCounters& counted = listener_counters.emplace_back(counters, section);
    running.push_back({listener, section,
                       Surroundings{io, parts.config, parts.config.section(section), sink, *parts.store, counters,
                                    counted, parts.routes, tls.get(), parts.now, parts.log},
                       nullptr});
    if (auto opened = open_one(running.back()); !opened) return opened;
  }
  return {};
}

Result<void> Recorder::Impl::open_one(Running& one) {
  receive_buffer_gauge(counters, one.section).set(0);
  if (one.surroundings.settings.addresses("listen").empty()) return {};
  auto opened = one.listener->open(one.surroundings);
  if (!opened) return fail(opened.error());
  one.open = std::move(*opened);
  return {};
}

// A burst that finds the kernel's buffer full is lost, and a host that dies sends one: who cannot have the buffers of
// the configuration is told so, in one line, and what would help.
void Recorder::Impl::note_receive_buffers() {
  std::vector<std::string> small;
  uint64_t most = 0;
  for (const Running& one : running) {
    const auto got = static_cast<uint64_t>(receive_buffer_gauge(counters, one.section).value());
    const uint64_t wanted = got == 0 ? 0 : one.surroundings.settings.size("receive-buffer");
    if (got >= wanted) continue;
    small.push_back(fmt::format("{} {} of {} KiB", one.section, got / 1024, wanted / 1024));
    most = std::max(most, wanted);
  }
  if (small.empty()) return;
  // The limit is on what programs ask for; the kernel gives twice that.
  parts.log(
      fmt::format("the kernel gives smaller receive buffers than were asked for ({}), and bursts beyond them are "
                  "lost; `sysctl net.core.rmem_max={}` allows them",
                  fmt::join(small, ", "), most / 2));
}

void Recorder::Impl::wait_for_signal() {
  signals.async_wait([this](const boost::system::error_code& error, int number) {
    if (error) return;
    if (number != SIGHUP) return begin_stop();
    reload();
    wait_for_signal();
  });
}

void Recorder::Impl::reload() {
  if (!parts.reload) return;
  parts.service.notify("RELOADING=1");
  auto fresh = parts.reload();
  if (!fresh) {
    parts.log(fmt::format("the configuration stays as it was: {}", fresh.error().text()));
    parts.service.notify("READY=1");
    return;
  }
  std::vector<Running*> changed;
  for (Running& one : running) {
    if (one.surroundings.settings != fresh->section(one.section)) changed.push_back(&one);
  }
  parts.config.take(std::move(*fresh));
  for (Running* one : changed) {
    if (one->open != nullptr) {
      one->open->stop();
      stopped.push_back(std::move(one->open));
    }
    const auto opened = open_one(*one);
    parts.log(opened ? fmt::format("{}: opened with its new settings", one->section)
                     : fmt::format("{}: it stays closed", opened.error().message));
  }
  if (!changed.empty()) note_receive_buffers();
  parts.log(fmt::format("the configuration was read again, {} of its listeners changed", changed.size()));
  parts.service.notify("READY=1");
}

void Recorder::Impl::tick() {
  timer.expires_after(kTick);
  timer.async_wait([this](const boost::system::error_code& error) {
    if (error || stopping) return;
    const Ns steady = steady_now();
    sink.tick(steady, parts.now());
    if (const auto watchdog = parts.service.watchdog();
        watchdog && steady - last_watchdog >= std::min(*watchdog, kMinute) - kSecond) {
      last_watchdog = steady;
      parts.service.notify("WATCHDOG=1");
    }
    tick();
  });
}

void Recorder::Impl::begin_stop() {
  if (std::exchange(stopping, true)) return;
  parts.service.notify("STOPPING=1");
  for (Running& one : running) {
    if (one.open != nullptr) one.open->stop();
  }
  timer.cancel();
  signals.cancel();
  io.stop();
}

Recorder::Recorder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Recorder::~Recorder() = default;

Result<std::unique_ptr<Recorder>> Recorder::open(Parts parts) {
  auto impl = std::make_unique<Impl>(std::move(parts));
  impl->count_store();
  if (auto loaded = impl->load_tls(); !loaded) return fail(loaded.error());
  if (auto opened = impl->open_all(); !opened) return fail(opened.error());
  impl->note_receive_buffers();
  // One that comes before run() waits for it.
  boost::system::error_code error;
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) impl->signals.add(number, error);
  return std::unique_ptr<Recorder>(new Recorder(std::move(impl)));
}

std::vector<Recorder::Listening> Recorder::listening() const {
  std::vector<Listening> all;
  for (const Impl::Running& one : impl_->running) {
    if (one.open != nullptr) all.push_back({one.section, one.open->addresses()});
  }
  return all;
}

Counters& Recorder::counters() { return impl_->counters; }

Result<void> Recorder::run() {
  impl_->wait_for_signal();
  impl_->tick();
  impl_->parts.service.notify("READY=1");
  impl_->io.run();  // until begin_stop()
  impl_->io.restart();
  impl_->io.run_for(kFarewell);  // what was begun; less, if it ends before
  // Whatever still waits for the store is answered by it, if to nobody.
  return impl_->parts.store->flush();
}

void Recorder::stop() {
  asio::post(impl_->io, [this] { impl_->begin_stop(); });
}

}  // namespace inquest::record
