#include "record/netconsole_log.h"

#include <algorithm>
#include <utility>

#include "decode/kernel_line.h"
#include "record/netconsole_event.h"

namespace inquest::record {
namespace {

using decode::KernelLine;

constexpr size_t kOverhead = 1024;  // what an event costs besides its message, about

// Whether what stands before the message is all kept in fields: a priority, a stamp since the boot, a caller.
bool kept_in_fields(const KernelLine& read, std::string_view line) {
  if (read.record || (read.stamp != KernelLine::Stamp::Uptime && read.stamp != KernelLine::Stamp::None)) return false;
  const std::string_view prefix = line.substr(0, line.size() - read.message.size());
  const auto brackets = std::ranges::count(prefix, '[');
  return brackets == (read.stamp == KernelLine::Stamp::Uptime ? 1 : 0) + (read.caller.empty() ? 0 : 1);
}

}  // namespace

void NetconsoleLog::take(std::string_view datagram, Ns received, std::vector<store::Event>& out) {
  lines_.take(datagram, received, new_lines_);
  pass(out);
}

void NetconsoleLog::expire(Ns now, std::vector<store::Event>& out) {
  lines_.expire(now, new_lines_);
  pass(out);
  if (now - since_ >= kSettle || now < since_) settle(out);
}

void NetconsoleLog::finish(std::vector<store::Event>& out) {
  lines_.finish(new_lines_);
  pass(out);
  settle(out);
}

void NetconsoleLog::pass(std::vector<store::Event>& out) {
  for (const NetconsoleLine& line : new_lines_) add(line, out);
  new_lines_.clear();
}

void NetconsoleLog::add(const NetconsoleLine& line, std::vector<store::Event>& out) {
  const KernelLine read = decode::parse_kernel_line(line.text);
  Settling one{netconsole_event(address_, line.received), std::nullopt};
  store::Event& event = one.event;
  const decode::KernelWriter writer = decode::writer_of(read);
  event.ident = writer.ident;
  if (read.severity != model::Severity::Unknown) event.severity = static_cast<uint8_t>(read.severity);
  event.message = kept_in_fields(read, line.text) ? writer.message : std::string_view(line.text);
  if (read.stamp == KernelLine::Stamp::Uptime) {
    if (watch_boot(read.time, read.message, line.received, out)) {
      clock_.saw(read.time, line.received);
      one.uptime = read.time;
    }
    event.fields.emplace_back("monotonic_us", decimal(static_cast<uint64_t>(read.time / kMicro)));
  }
  if (!read.caller.empty()) event.fields.emplace_back("caller", read.caller);
  if (read.facility > 0) event.fields.emplace_back("facility", decimal(static_cast<uint64_t>(read.facility)));
  if (line.cut) event.fields.emplace_back("cut", "true");
  hold(std::move(one), false);
  if (settled_ || settling_.size() >= kMostSettling || bytes_ >= kMostBytes) settle(out);
}

bool NetconsoleLog::watch_boot(Ns uptime, std::string_view message, Ns received, std::vector<store::Event>& out) {
  const PlainBoot::Verdict verdict = boot_.line(uptime, message);
  if (verdict == PlainBoot::Verdict::Same) return true;
  if (verdict == PlainBoot::Verdict::Stray) return false;
  if (!open_) {
    settle(out);  // the old log's
    clock_.reset();
    settled_ = false;
    open_ = true;
  }
  if (verdict != PlainBoot::Verdict::Open) close(verdict, received);
  return true;
}

void NetconsoleLog::close(PlainBoot::Verdict verdict, Ns received) {
  open_ = false;
  // It stands before the lines that led to it, as far as they still wait.
  const Ns first = settling_.empty() ? received : settling_.front().event.received;
  const std::string_view what = verdict == PlainBoot::Verdict::Restart ? "restart" : "again";
  hold({netconsole_restart(address_, first, what, static_cast<uint64_t>(boot_.uptime_before() / kMicro),
                           static_cast<uint64_t>(boot_.uptime() / kMicro)),
        std::nullopt},
       true);
}

void NetconsoleLog::hold(Settling&& one, bool first) {
  if (settling_.empty()) since_ = one.event.received;
  bytes_ += kOverhead + one.event.message.size();
  settling_.insert(first ? settling_.begin() : settling_.end(), std::move(one));
}

void NetconsoleLog::settle(std::vector<store::Event>& out) {
  if (settling_.empty()) return;
  if (open_) close(boot_.decide(), settling_.front().event.received);
  for (Settling& one : settling_) {
    if (one.uptime) one.event.time = clock_.utc(*one.uptime, one.event.received);
    out.push_back(std::move(one.event));
  }
  settling_.clear();
  bytes_ = 0;
  settled_ = true;
}

}  // namespace inquest::record
