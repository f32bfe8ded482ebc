// Dumps of a kernel's memory. docs/formats/vmcore.md
#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/time.h"
#include "decode/decoder.h"
#include "vmcore/dump.h"
#include "vmcore/kernel.h"
#include "vmcore/printk.h"
#include "vmcore/system.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kPanic = "Kernel panic - not syncing: ";
constexpr int64_t kLatest = 9'000'000'000;          // seconds since 1970 that fit in Ns
constexpr uint64_t kLongestUptime = 3'000'000'000;  // seconds: a century

// The evidence as a dump's reader wants it.
class DumpBytes final : public vmcore::ByteSource {
 public:
  DumpBytes(model::ByteSource& bytes, uint64_t size, std::string name)
      : bytes_(bytes), size_(size), name_(std::move(name)) {}
  uint64_t size() const override { return size_; }
  const std::string& name() const override { return name_; }
  Result<void> read(uint64_t offset, std::span<std::byte> out) const override {
    while (!out.empty()) {
      const auto got = bytes_.read_at(offset, {reinterpret_cast<char*>(out.data()), out.size()});
      if (!got) return fail(got.error());
      if (*got == 0) return vmcore::fail_at(*this, offset, ErrorCode::Truncated, "the file ends here");
      out = out.subspan(*got);
      offset += *got;
    }
    return {};
  }

 private:
  model::ByteSource& bytes_;
  uint64_t size_;
  std::string name_;
};

// What the dump says of itself and its kernel, as facts and as events of one boot. Nothing in it has a place that a
// person could look at, compressed and scattered as it is: records cite the dump as a whole.
class Study {
 public:
  Study(Sink& sink, vmcore::Dump& dump) : sink_(sink), dump_(dump), kernel_(dump) {}

  void run() {
    for (const std::string& problem : dump_.header().problems) sink_.problem({}, problem);
    const vmcore::SystemInfo info = vmcore::read_system(kernel_);
    facts(info);
    open_stream(info);
    const bool said = log();
    ending(info, said);
    for (const std::string& problem : kernel_.problems()) sink_.problem({}, problem);
  }

 private:
  void fact(std::string_view key, std::string_view value) {
    if (!value.empty()) sink_.fact("", key, value, {});
  }

  void facts(const vmcore::SystemInfo& info) {
    fact("kernel.release", info.release);
    fact("kernel.cmdline", info.command_line);
    fact("vmcore.format", dump_.header().format);
    fact("vmcore.panic", info.panic);
    fact("vmcore.cpus", info.cpus_present == 0 ? "" : std::to_string(info.cpus_present));
    fact("memory.total", info.memory_bytes == 0 ? "" : std::to_string(info.memory_bytes));
    if (info.taint) fact("kernel.taint", vmcore::taint_letters(*info.taint));
    if (info.uptime_ns) fact("vmcore.uptime", std::to_string(*info.uptime_ns / kSecond));
    if (info.crashing_cpu) fact("vmcore.crashing-cpu", std::to_string(*info.crashing_cpu));
  }

  void open_stream(const vmcore::SystemInfo& info) {
    model::Stream fresh;
    fresh.source = sink_.intern("vmcore");
    if (info.hostname != "(none)" && info.hostname != "localhost") fresh.host = sink_.intern(info.hostname);
    fresh.clock = model::ClockDomain::Monotonic;
    fresh.precision = Precision::Micro;
    fresh.channel = model::Channel::Memory;
    fresh.watch = model::Watch::KernelLog | model::Watch::PanicCapture;
    stream_ = sink_.open_stream(fresh);
  }

  // Whether the kernel itself said that it panicked.
  bool log() {
    const auto log = vmcore::read_log(dump_.kernel(), dump_.vmcoreinfo());
    if (!log) {
      sink_.problem({}, fmt::format("the kernel's log: {}", log.error().message));
      return false;
    }
    for (const std::string& problem : log->problems) sink_.problem({}, problem);
    bool panicked = false;
    for (const vmcore::LogRecord& record : log->records) {
      panicked = panicked || record.text.starts_with(kPanic);
      const std::string caller = record.caller ? vmcore::caller_text(*record.caller) : std::string();
      const auto severity = record.level >= 0 && record.level <= 7 ? static_cast<model::Severity>(record.level)
                                                                   : model::Severity::Unknown;
      const auto time = static_cast<Ns>(std::min<uint64_t>(record.time_ns, kLongestUptime * kSecond));
      last_ = std::max(last_, time);
      event(time, "kernel", severity, record.text, caller);
    }
    return panicked;
  }

  // The dump was made right after the death, so the clocks that stand in it tell when that was.
  void ending(const vmcore::SystemInfo& info, bool said) {
    if (info.time && *info.time > 0 && *info.time < kLatest) {
      const Ns utc = *info.time * kSecond;
      const std::string text = fmt::format("the kernel's clock stood at {}", format_utc({utc, Precision::Second}));
      sink_.landmark(model::LandmarkKind::ClockSet, event(last_, "", model::Severity::Info, text), text, utc);
    }
    // With a crash kernel loaded, the jump to it comes before the line that would say so. Only QEMU dumps a kernel that
    // is well.
    if (!said && (info.crashing_cpu || !dump_.from_qemu())) {
      const std::string reason = info.panic.starts_with(kPanic) ? info.panic.substr(kPanic.size()) : info.panic;
      const std::string text = reason.empty() ? "its crash kernel was started" : reason;
      sink_.landmark(model::LandmarkKind::Panic, event(last_, "", model::Severity::Emergency, text), text);
    }
  }

  model::EventId event(Ns time, std::string_view ident, model::Severity severity, std::string_view text,
                       std::string_view caller = {}) {
    EventRecord record;
    record.stream = stream_;
    record.time = time;
    record.ident = sink_.intern(ident);
    record.severity = severity;
    record.message = text;
    record.caller = caller;
    record.text_at = EventRecord::kStored;
    return sink_.event(record);
  }

  Sink& sink_;
  vmcore::Dump& dump_;
  vmcore::Kernel kernel_;
  model::StreamId stream_ = 0;
  Ns last_ = 0;
};

Claim sniff(const Head& head) {
  const auto bytes = std::as_bytes(std::span(head.bytes));
  return vmcore::Dump::sniff(bytes) ? Claim::Certain : Claim::No;
}

void study(Sink& sink, model::ByteSource& bytes, uint64_t size) {
  std::vector<std::unique_ptr<vmcore::ByteSource>> files;
  files.push_back(std::make_unique<DumpBytes>(bytes, size, std::string(sink.file_name())));
  auto dump = vmcore::Dump::open(std::move(files));
  if (!dump) {
    sink.refuse({}, dump.error().message);
    return;
  }
  Study(sink, *dump).run();
}

}  // namespace

extern const Decoder vmcore_decoder;
const Decoder vmcore_decoder = {"vmcore", "dumps of a kernel's memory: kdump, makedumpfile, QEMU", sniff, nullptr,
                                study};

}  // namespace inquest::decode
