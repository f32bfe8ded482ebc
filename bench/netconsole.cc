// bench_netconsole [SECONDS [RATE...]]: how many netconsole messages a second are received and stored without loss, all
// of the recorder on one core and the sender on another, and what a message costs.
//
// Crashes are looked for in what comes, as the recorder does. The sender is a process that keeps its rate whatever
// happens to what it sends, as kernels do. The store is the one that the recorder has, on the disk under $TMPDIR.
// Without rates they are doubled until something is lost.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/clock.h"
#include "record/host_watch.h"
#include "record/listener.h"
#include "record/recorder.h"
#include "store/sqlite_store.h"

namespace {

using namespace inquest;
using Clock = std::chrono::steady_clock;

void run_on(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  sched_setaffinity(0, sizeof set, &set);
}

// Sends so many records of a kernel that is dying, evenly over the time. Ends the process.
[[noreturn]] void send_records(int port, uint64_t first, uint64_t count, double seconds) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) ::_exit(1);
  constexpr size_t kBatch = 32;
  std::array<std::string, kBatch> texts;
  std::array<iovec, kBatch> parts{};
  std::array<mmsghdr, kBatch> headers{};
  const auto start = Clock::now();
  for (uint64_t sent = 0; sent < count;) {
    const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
    const auto due = std::min(count, static_cast<uint64_t>(elapsed / seconds * static_cast<double>(count)) + 1);
    if (due <= sent) {
      std::this_thread::sleep_for(std::chrono::microseconds(50));
      continue;
    }
    const size_t now = std::min<uint64_t>(kBatch, due - sent);
    for (size_t i = 0; i < now; ++i) {
      const uint64_t number = first + sent + i;
      texts[i] =
          fmt::format("4,{},{},-;RIP: 0010:lkdtm_EXCEPTION+0x5/0x{:x} [lkdtm] Code: 0f 1f 44 00 00 c3 cc cc cc\n",
                      number, 7'000'000 + number, number & 0xFFF);
      parts[i] = {texts[i].data(), texts[i].size()};
      headers[i].msg_hdr.msg_iov = &parts[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
    const int done = ::sendmmsg(fd, headers.data(), static_cast<unsigned>(now), 0);
    if (done > 0) sent += static_cast<uint64_t>(done);
  }
  ::_exit(0);
}

// Of this process so far: receiving and storing, and apart from it the index for words, which is made behind it.
struct Cpu {
  double storing = 0;
  double indexing = 0;
};

Cpu cpu_seconds() {
  Cpu out;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(task.path() / "stat");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const size_t name_end = text.rfind(')');
    unsigned long user = 0;
    unsigned long system = 0;
    if (name_end == std::string::npos ||
        std::sscanf(text.c_str() + name_end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                    &system) != 2) {
      continue;
    }
    const double seconds = static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    (text.find("(compactor)") == std::string::npos ? out.storing : out.indexing) += seconds;
  }
  return out;
}

// Gone with the object.
struct Folder {
  Folder() : path((std::filesystem::temp_directory_path() / "inquest-bench-XXXXXX").string()) {
    if (::mkdtemp(path.data()) == nullptr) std::exit(1);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

struct Step {
  uint64_t sent = 0;
  uint64_t stored = 0;
  Cpu cpu;
  double seconds = 0;  // the sender took
  double settled = 0;  // until all was on stable storage
};

class Bench {
 public:
  Bench() {
    store::SqliteSettings settings;
    settings.folder = folder_.path;
    auto store = store::SqliteStore::open(settings);
    if (!store) die(store.error().text());
    store_ = std::move(*store);
    record::Recorder::Parts parts;
    for (const record::SettingGroup& group : record::setting_groups()) {
      if (!group.name.empty() && group.settings.front().name == "listen") (void)parts.config.set(group.name, "none");
    }
    (void)parts.config.set("netconsole", "127.0.0.1:0");
    (void)parts.config.set("netconsole-rate", "0");
    parts.store = store_.get();
    parts.now = utc_now;
    auto watch = record::HostWatch::open(*store_, {steady_now, parts.now});
    if (!watch) die(watch.error().text());
    watch_ = std::move(*watch);
    parts.observers.push_back(watch_.get());
    parts.log = [](std::string_view line) { fmt::print(stderr, "{}\n", line); };
    auto recorder = record::Recorder::open(std::move(parts));
    if (!recorder) die(recorder.error().text());
    recorder_ = std::move(*recorder);
    for (const auto& one : recorder_->listening()) {
      if (one.listener == "netconsole") port_ = one.addresses.at(0).port;
    }
    thread_ = std::thread([this] { (void)recorder_->run(); });
    watching_ = std::thread([this] {
      for (; !stop_; std::this_thread::sleep_for(std::chrono::milliseconds(250))) (void)watch_->work();
    });
  }
  ~Bench() {
    recorder_->stop();
    thread_.join();
    stop_ = true;
    watching_.join();
  }

  Step run(double rate, double seconds) {
    Step step;
    step.sent = static_cast<uint64_t>(rate * seconds);
    const uint64_t before = taken();
    const Cpu cpu = cpu_seconds();
    const auto start = Clock::now();
    const pid_t sender = ::fork();
    if (sender == 0) {
      run_on(0);
      send_records(port_, next_, step.sent, seconds);
    }
    next_ += step.sent;
    int status = 0;
    ::waitpid(sender, &status, 0);
    step.seconds = since(start);
    // What waits in the socket is read, and given up what is waited for.
    std::this_thread::sleep_for(std::chrono::seconds(1));
    for (uint64_t last = 0; last != taken();) {
      last = taken();
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    (void)store_->flush();
    step.settled = since(start);
    step.stored = taken() - before;
    step.cpu.storing = cpu_seconds().storing - cpu.storing;
    // A question for words waits for their index.
    (void)store_->events({.match = "lkdtm", .limit = 1}, [](store::StoredEvent&&) { return false; });
    step.cpu.indexing = cpu_seconds().indexing - cpu.indexing;
    return step;
  }

 private:
  [[noreturn]] static void die(const std::string& why) {
    fmt::print(stderr, "{}\n", why);
    std::exit(1);
  }
  static double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

  uint64_t metric(std::string_view name) const {
    const std::string line = fmt::format("\ninquest_listener_{}{{listener=\"netconsole\"}} ", name);
    const std::string text = recorder_->counters().text();
    const size_t at = text.find(line);
    return at == std::string::npos ? 0 : std::strtoull(text.c_str() + at + line.size(), nullptr, 10);
  }
  uint64_t taken() const { return metric("messages_total") - metric("not_stored_total"); }

  Folder folder_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<record::HostWatch> watch_;
  std::unique_ptr<record::Recorder> recorder_;
  std::thread thread_;
  std::thread watching_;  // what the recorder's desk does, but for examining
  std::atomic<bool> stop_ = false;
  int port_ = 0;
  uint64_t next_ = 1;
};

}  // namespace

int main(int count, char** arguments) {
  const double seconds = count > 1 ? std::strtod(arguments[1], nullptr) : 5;
  std::vector<double> rates;
  for (int i = 2; i < count; ++i) rates.push_back(std::strtod(arguments[i], nullptr));
  const bool search = rates.empty();
  if (search) rates = {25'000};
  run_on(1);  // this thread's children too
  Bench bench;
  fmt::print("{:>10} {:>10} {:>10} {:>8} {:>8} {:>12} {:>12} {:>10}\n", "messages/s", "sent/s", "stored", "lost",
             "lost %", "us/message", "us/its words", "behind, s");
  double best = 0;
  Cpu cost;  // us a message
  for (size_t i = 0; i < rates.size(); ++i) {
    const Step step = bench.run(rates[i], seconds);
    const uint64_t lost = step.sent - step.stored;
    const double achieved = static_cast<double>(step.sent) / step.seconds;
    const auto each = [&](double cpu) { return cpu * 1e6 / static_cast<double>(step.stored); };
    fmt::print("{:>10.0f} {:>10.0f} {:>10} {:>8} {:>8.2f} {:>12.2f} {:>12.2f} {:>10.1f}\n", rates[i], achieved,
               step.stored, lost, 100.0 * static_cast<double>(lost) / static_cast<double>(step.sent),
               each(step.cpu.storing), each(step.cpu.indexing), step.settled - step.seconds - 1.2);
    if (lost == 0 && achieved > best) {
      best = achieved;
      cost = {.storing = each(step.cpu.storing), .indexing = each(step.cpu.indexing)};
    }
    const bool kept_up = achieved > 0.9 * rates[i];
    if (search && lost == 0 && kept_up) rates.push_back(rates[i] * 2);
  }
  fmt::print(
      "\nwithout loss, stored: {:.0f} messages/s on one core, {:.2f} us a message, {:.2f} for the index of its words "
      "(asked: 300000, 2 us)\n",
      best, cost.storing, cost.indexing);
  fmt::print("netconsd:             losses from 35000/s, 10.7 % at 100000/s (not stored)\n");
  fmt::print("rsyslog, to a file:   303000/s, 2.3 us a message\n");
  return 0;
}
