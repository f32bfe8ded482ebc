// bench_events [COUNT]: how much memory a case of ten million events takes, and how long adding and reading them.
#include <chrono>
#include <cstdint>
#include <cstdlib>

#include <sys/resource.h>

#include <fmt/format.h>

#include "decode/sink.h"

namespace {

// Peak resident memory of this process, in bytes.
uint64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int count, char** arguments) {
  using namespace inquest;
  const uint64_t events = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 10'000'000;
  const uint64_t before = peak_memory();
  model::Case the_case;
  the_case.evidence.emplace_back().path = "syslog";
  decode::Sink sink(the_case, 0);
  const model::StreamId stream = sink.open_stream({});
  const auto start = std::chrono::steady_clock::now();
  uint64_t offset = 0;
  for (uint64_t i = 0; i < events; ++i) {
    decode::EventRecord record;
    record.stream = stream;
    record.time = static_cast<Ns>(i) * kMilli;
    record.place = {offset, 96, static_cast<uint32_t>(i + 1)};
    record.host = sink.intern("pve");
    record.ident = sink.intern(i % 8 == 0 ? "kernel" : i % 8 == 1 ? "sshd" : "pvestatd");
    record.message = "vmbr0: port 1(tap100i0) entered forwarding state";
    record.text_at = 32;
    sink.event(record);
    offset += 97;
  }
  const double adding = seconds_since(start);
  const auto again = std::chrono::steady_clock::now();
  Ns sum = 0;
  for (uint64_t i = 0; i < the_case.events.size(); ++i) sum += the_case.events[i].time & 1;
  const double reading = seconds_since(again);
  const double bytes = static_cast<double>(peak_memory() - before);
  fmt::print("events            {:>12}\n", the_case.events.size());
  fmt::print("memory            {:>9.0f} MB   {:.1f} bytes an event (asked: under 1,000 MB for 10 million)\n",
             bytes / 1e6, bytes / static_cast<double>(events));
  fmt::print("adding            {:>9.2f} s    {:.0f} ns an event\n", adding,
             adding * 1e9 / static_cast<double>(events));
  fmt::print("one pass over all {:>9.3f} s    {:.1f} ns an event ({})\n", reading,
             reading * 1e9 / static_cast<double>(events), sum);
  return 0;
}
