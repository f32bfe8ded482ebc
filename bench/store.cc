// bench_store FOLDER [HOURS [HOSTS]]: Telegraf's data through the store as a listener hands it over: checked, written,
// waited for. Prints what it costs, and what three questions cost afterwards.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>
#include <vector>

#include <sys/resource.h>

#include <fmt/format.h>

#include "base/text.h"
#include "store/sqlite_store.h"
#include "telegraf_data.h"

namespace {

using namespace inquest;
using namespace inquest::store;
using Clock = std::chrono::steady_clock;

constexpr Ns kStart = 1'767'225'600 * kSecond;  // 2026-01-01T00:00:00Z
constexpr size_t kAtOnce = 50;                  // hosts in a batch

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

[[noreturn]] void die(const std::string& why) {
  fmt::print(stderr, "{}\n", why);
  std::exit(4);
}

// The best of five runs, in milliseconds.
template <class Work>
void question(std::string_view name, Work&& work) {
  double best = 1e9;
  uint64_t found = 0;
  for (int i = 0; i < 5; ++i) {
    const auto start = Clock::now();
    found = work();
    best = std::min(best, seconds_since(start) * 1000);
  }
  fmt::print("{:<46} {:>9.2f} ms   ({} found)\n", name, best, found);
}

void ask(Store& store, Ns end) {
  question("last uptime of each host over 24 h", [&] {
    uint64_t rows = 0;
    const auto done = store.select({.bucket = "telegraf",
                                    .from = end - kDay,
                                    .to = end,
                                    .measurement = "system",
                                    .fields = {"uptime"},
                                    .newest_first = true,
                                    .rows_per_series = 1},
                                   [&](Slice&& slice) {
                                     rows += slice.times.size();
                                     return true;
                                   });
    if (!done) die(done.error().text());
    return rows;
  });
  question("five minutes of one series", [&] {
    uint64_t rows = 0;
    const auto done = store.select({.bucket = "telegraf",
                                    .from = end - kHour,
                                    .to = end - kHour + 5 * kMinute,
                                    .measurement = "cpu",
                                    .tags = {{"host", TagMatch::Kind::Equal, "host-0003.example.com"},
                                             {"cpu", TagMatch::Kind::Equal, "cpu-total"}},
                                    .fields = {"usage_idle"}},
                                   [&](Slice&& slice) {
                                     rows += slice.times.size();
                                     return true;
                                   });
    if (!done) die(done.error().text());
    return rows;
  });
  question("longest gap of each host over 24 h, exact", [&] {
    uint64_t hosts = 0;
    Ns longest = 0;
    const auto done = store.select({.bucket = "telegraf",
                                    .from = end - kDay,
                                    .to = end,
                                    .measurement = "system",
                                    .fields = {"uptime"},
                                    .times_only = true,
                                    .as_runs = true},
                                   [&](Slice&& slice) {
                                     ++hosts;
                                     const TimeRun* last = nullptr;
                                     for (const TimeRun& run : slice.runs) {
                                       longest = std::max(longest, run.step);
                                       if (last != nullptr) longest = std::max(longest, run.first - last->last());
                                       last = &run;
                                     }
                                     return true;
                                   });
    if (!done) die(done.error().text());
    return hosts;
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) die("usage: bench_store FOLDER [HOURS [HOSTS]]");
  const int hours = argc > 2 ? std::atoi(argv[2]) : 2;
  const int hosts = argc > 3 ? std::atoi(argv[3]) : 500;
  const Ns end = kStart + hours * kHour;
  auto opened = SqliteStore::open({.folder = argv[1], .clock = [end] { return end; }});
  if (!opened) die(opened.error().text());
  Store& store = **opened;

  std::vector<bench::TelegrafHost> all;
  for (int i = 0; i < hosts; ++i) all.emplace_back(i);
  uint64_t values = 0;
  uint64_t bytes = 0;
  double wall = 0;
  double cpu = 0;
  for (Ns time = kStart; time < end;) {
    // Making the text is not what is measured.
    std::vector<std::string> batches;
    for (const Ns until = std::min(end, time + 3 * kMinute); time < until; time += bench::kTelegrafInterval) {
      for (size_t first = 0; first < all.size(); first += kAtOnce) {
        std::string& text = batches.emplace_back();
        for (size_t i = first; i < std::min(first + kAtOnce, all.size()); ++i) all[i].append(text, time);
      }
    }
    const auto start = Clock::now();
    const double cpu_start = cpu_seconds();
    std::vector<std::promise<Result<void>>> done(batches.size());
    for (size_t i = 0; i < batches.size(); ++i) {
      bytes += batches[i].size();
      CheckedLines lines = store.check("telegraf", std::move(batches[i]), TimeUnit::Nano, end);
      if (!lines.complete()) die(lines.message());
      values += lines.values;
      store.write("telegraf", std::move(lines.lines),
                  [&done, i](Result<void> result) { done[i].set_value(std::move(result)); });
    }
    for (auto& one : done) {
      if (auto result = one.get_future().get(); !result) die(result.error().text());
    }
    wall += seconds_since(start);
    cpu += cpu_seconds() - cpu_start;
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const long ingest_kb = usage.ru_maxrss;
  const auto start = Clock::now();
  const double cpu_start = cpu_seconds();
  if (auto done = (*opened)->compact(); !done) die(done.error().text());
  const double rest = seconds_since(start);
  const double total_cpu = cpu + cpu_seconds() - cpu_start;
  const auto count = static_cast<double>(values);
  const Usage used = store.usage();
  fmt::print("{} values, {:.1f} bytes of text a value, {} series\n", grouped(values),
             static_cast<double>(bytes) / count, used.series);
  fmt::print("durable: {:.2f} M values/s; the rest of compaction took {:.1f} s\n", count / wall / 1e6, rest);
  fmt::print("CPU: {:.3f} us a value with all compaction ({:.3f} before it)\n", total_cpu / count * 1e6,
             cpu / count * 1e6);
  fmt::print("peak memory, the text of three minutes with it: {} MB\n", ingest_kb / 1024);
  opened->reset();  // the logs of the files go into them
  opened = SqliteStore::open({.folder = argv[1], .clock = [end] { return end; }});
  if (!opened) die(opened.error().text());
  const Usage after = (*opened)->usage();
  fmt::print("disk: {:.3f} bytes a value ({} values in blocks)\n", static_cast<double>(after.bytes) / count,
             grouped(after.values));
  ask(**opened, end);
  return 0;
}
