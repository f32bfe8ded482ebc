#include "record/netconsole_records.h"

#include <utility>

#include <fmt/format.h>

#include "decode/kernel_line.h"
#include "record/netconsole_event.h"

namespace inquest::record {

void NetconsoleRecords::take(const NetconsoleHeader& header, Ns received, std::vector<store::Event>& out) {
  if (sequence_.in_order(header, received)) {
    if (const auto uptime = nanoseconds(header.uptime_us)) clock_.saw(*uptime, received);
    return add(header, received, out);
  }
  sequence_.take(header, received, items_);
  pass(out);  // what a restart ends was written on the old boot's clock
  if (const auto uptime = nanoseconds(header.uptime_us)) clock_.saw(*uptime, received);
}

void NetconsoleRecords::expire(Ns now, std::vector<store::Event>& out) {
  sequence_.expire(now, items_);
  pass(out);
}

void NetconsoleRecords::finish(std::vector<store::Event>& out) {
  sequence_.finish(items_);
  pass(out);
}

void NetconsoleRecords::pass(std::vector<store::Event>& out) {
  for (const NetconsoleItem& item : items_) add(item, out);
  items_.clear();
}

void NetconsoleRecords::add(const NetconsoleHeader& header, Ns received, std::vector<store::Event>& out) const {
  store::Event event = netconsole_event(address_, received);
  if (const auto uptime = nanoseconds(header.uptime_us)) event.time = clock_.utc(*uptime, received);
  event.fields.emplace_back("seq", decimal(header.sequence));
  event.fields.emplace_back("monotonic_us", decimal(header.uptime_us));
  if (header.flags != "-") event.fields.emplace_back("flags", header.flags);
  if (!header.caller.empty()) event.fields.emplace_back("caller", header.caller);
  if (!header.release.empty()) event.fields.emplace_back("release", header.release);
  const uint32_t facility = header.priority >> 3;
  if (facility != 0) event.fields.emplace_back("facility", decimal(facility));

  NetconsoleBody body = parse_netconsole_body(header.body);
  decode::KernelLine line;
  line.facility = static_cast<int>(facility);
  line.message = body.text;
  const decode::KernelWriter writer = decode::writer_of(line);
  event.ident = writer.ident;
  event.severity = header.level();
  body.text.erase(0, body.text.size() - writer.message.size());
  event.message = std::move(body.text);
  for (auto& field : body.fields) event.fields.push_back(std::move(field));
  out.push_back(std::move(event));
}

void NetconsoleRecords::add(const NetconsoleItem& item, std::vector<store::Event>& out) {
  if (item.kind == NetconsoleItem::Kind::Lost) {
    const uint64_t count = item.last - item.sequence + 1;
    store::Event event = netconsole_note(address_, item.received, "lost");
    event.message =
        count == 1 ? fmt::format("netconsole: 1 record lost (sequence {})", item.sequence)
                   : fmt::format("netconsole: {} records lost (sequence {} to {})", count, item.sequence, item.last);
    event.fields.emplace_back("first", decimal(item.sequence));
    event.fields.emplace_back("last", decimal(item.last));
    event.fields.emplace_back("count", decimal(count));
    out.push_back(std::move(event));
    return;
  }
  if (item.kind == NetconsoleItem::Kind::Restart) {
    clock_.reset();
    out.push_back(netconsole_restart(address_, item.received, "restart", item.before_us, item.after_us));
    if (!item.release.empty()) out.back().fields.emplace_back("release", item.release);
    return;
  }
  NetconsoleHeader header;
  header.release = item.release;
  header.priority = item.priority;
  header.sequence = item.sequence;
  header.uptime_us = item.uptime_us;
  header.flags = item.flags;
  header.caller = item.caller;
  header.body = item.body;
  add(header, item.received, out);
  store::Event& event = out.back();
  if (item.missing != 0) event.fields.emplace_back("lost_bytes", decimal(item.missing));
  if (item.late) event.fields.emplace_back("late", "true");
  if (item.contradicts) event.fields.emplace_back("contradicts", "true");
}

}  // namespace inquest::record
