#include "record/syslog_senders.h"

#include <cstdlib>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "decode/kernel_line.h"
#include "record/syslog_message.h"
#include "record/syslog_priority.h"

namespace inquest::record {
namespace {

std::string offset_text(Ns offset) {
  const Ns minutes = std::abs(offset) / kMinute;
  return fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace

size_t SyslogSenders::Hash::operator()(const IpAddress& ip) const {
  const auto& bytes = ip.bytes();
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

SenderClock& SyslogSenders::clock_of(const IpAddress& peer) {
  // What is lost with them is learnt again from the next message.
  if (clocks_.size() >= kMostSenders && !clocks_.contains(peer)) clocks_.clear();
  return clocks_[peer];
}

void SyslogSenders::take(const Datagram& datagram, Ns now, std::vector<store::Event>& out) {
  if (!datagram.bytes.empty()) take(datagram.ip, {datagram.bytes}, true, now, out);
}

void SyslogSenders::take(const IpAddress& peer, const SyslogFrame& frame, bool spoofable, Ns now,
                         std::vector<store::Event>& out) {
  store::Event& event = out.emplace_back();
  std::string address = peer.text();
  event.time = now;
  event.received = now;
  event.source = "syslog";
  event.host = address;
  event.fields.reserve(6);
  event.fields.emplace_back("peer", std::move(address));
  if (spoofable) event.fields.emplace_back("spoofable", "true");
  if (frame.cut) event.fields.emplace_back("cut", "true");
  if (frame.continues) {
    event.fields.emplace_back("continues", "true");
    event.message = frame.bytes;
    return;
  }

  SyslogMessage read = parse_syslog(frame.bytes);
  if (!read.host.empty()) event.host = read.host;
  event.ident = read.ident;
  event.severity = read.severity;
  event.message = read.message;
  event.fields.emplace_back("facility", facility_name(read.facility));
  if (read.time && read.utc) {
    event.time = *read.time;
  } else if (read.time) {
    const Ns civil = read.year ? *read.time : SenderClock::with_year(*read.time, now);
    const SenderClock::Meaning meaning = clock_of(peer).utc(civil, now, zone_ ? &*zone_ : nullptr);
    event.time = meaning.utc;
    if (meaning.offset) event.fields.emplace_back("assumed_zone", offset_text(*meaning.offset));
  }
  if (!read.process.empty()) event.fields.emplace_back("pid", read.process);
  if (!read.message_id.empty()) event.fields.emplace_back("message_id", read.message_id);
  for (auto& parameter : read.data) event.fields.push_back(std::move(parameter));

  const bool kernel = read.ident == "kernel" || (read.ident.empty() && read.facility == 0 && read.priority);
  if (!kernel) return;
  event.ident = "kernel";
  const decode::KernelLine line = decode::parse_kernel_line(read.message);
  if (line.stamp != decode::KernelLine::Stamp::Uptime || line.record || !read.message.starts_with('[')) return;
  event.fields.emplace_back("monotonic_us", fmt::format("{}", line.time / kMicro));
  if (!line.caller.empty()) event.fields.emplace_back("caller", line.caller);
  event.message = line.message;
}

}  // namespace inquest::record
