#include "record/counters.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace inquest::record {
namespace {

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (c == '"' && quotes)) out += '\\';
    out += c;
  }
}

}  // namespace

Counters::Entry& Counters::entry(std::string_view name, std::string_view help, Labels labels, Kind kind) {
  const auto found = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return entry.name == name && entry.labels == labels && entry.kind == kind; });
  if (found != entries_.end()) return *found;
  Entry& made = entries_.emplace_back();
  made.name = name;
  made.help = help;
  made.labels = std::move(labels);
  made.kind = kind;
  return made;
}

Counter& Counters::counter(std::string_view name, std::string_view help, Labels labels) {
  const std::scoped_lock lock(mutex_);
  return entry(name, help, std::move(labels), Kind::Counter).counter;
}

Gauge& Counters::gauge(std::string_view name, std::string_view help, Labels labels) {
  const std::scoped_lock lock(mutex_);
  return entry(name, help, std::move(labels), Kind::Gauge).gauge;
}

void Counters::gauge(std::string_view name, std::string_view help, std::function<double()> read, Labels labels) {
  const std::scoped_lock lock(mutex_);
  entry(name, help, std::move(labels), Kind::Read).read = std::move(read);
}

std::string Counters::text() const {
  const std::scoped_lock lock(mutex_);
  std::vector<const Entry*> sorted;
  for (const Entry& entry : entries_) sorted.push_back(&entry);
  std::ranges::stable_sort(sorted, {}, [](const Entry* entry) -> const std::string& { return entry->name; });

  std::string out;
  std::string_view previous;
  for (const Entry* entry : sorted) {
    if (entry->name != previous) {
      out += fmt::format("# HELP {} ", entry->name);
      append_escaped(out, entry->help, false);
      out += fmt::format("\n# TYPE {} {}\n", entry->name, entry->kind == Kind::Counter ? "counter" : "gauge");
      previous = entry->name;
    }
    out += entry->name;
    if (!entry->labels.empty()) {
      out += '{';
      for (const auto& [key, value] : entry->labels) {
        if (!out.ends_with('{')) out += ',';
        out += key;
        out += "=\"";
        append_escaped(out, value, true);
        out += '"';
      }
      out += '}';
    }
    out += ' ';
    if (entry->kind == Kind::Counter) {
      out += fmt::format("{}", entry->counter.value());
    } else if (entry->kind == Kind::Gauge) {
      out += fmt::format("{}", entry->gauge.value());
    } else {
      const double value = entry->read();
      out += std::isnan(value) ? "NaN" : std::isinf(value) ? (value > 0 ? "+Inf" : "-Inf") : fmt::format("{}", value);
    }
    out += '\n';
  }
  return out;
}

ListenerCounters::ListenerCounters(Counters& counters, std::string_view listener)
    : messages(counters.counter("inquest_listener_messages_total", "Datagrams, lines or requests that were taken.",
                                {{"listener", std::string(listener)}})),
      bytes(counters.counter("inquest_listener_bytes_total", "Bytes received.", {{"listener", std::string(listener)}})),
      not_allowed(counters.counter("inquest_listener_not_allowed_total",
                                   "Messages or connections from outside of the allowed networks.",
                                   {{"listener", std::string(listener)}})),
      limited(counters.counter("inquest_listener_limited_total",
                               "Refused or dropped because of a limit on rate, memory or connections.",
                               {{"listener", std::string(listener)}})),
      malformed(counters.counter("inquest_listener_malformed_total", "Messages that could not be understood.",
                                 {{"listener", std::string(listener)}})),
      lost(counters.counter("inquest_listener_lost_total",
                            "Messages known to be lost on the way: dropped by the kernel, or missing in a sequence.",
                            {{"listener", std::string(listener)}})),
      not_stored(counters.counter("inquest_listener_not_stored_total", "Messages that the store refused.",
                                  {{"listener", std::string(listener)}})),
      connections(
          counters.gauge("inquest_listener_connections", "Open connections.", {{"listener", std::string(listener)}})) {}

}  // namespace inquest::record
