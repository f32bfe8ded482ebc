#include "support/case_dump.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::testing {
namespace {

using model::Case;
using model::StreamId;

constexpr size_t kMostEvents = 400;
constexpr size_t kMostSamples = 100;  // of one series

// The text of an id, "-" for none.
std::string name(const Case& c, model::StrId id) { return id == 0 ? "-" : printable(c.str(id)); }

std::string place(uint32_t line, uint64_t offset, uint32_t length) {
  return fmt::format("{} @{}+{}", line, offset, length);
}

std::string place(const model::Citation& cite) { return place(cite.line, cite.offset, cite.length); }

std::string watch_text(model::Watch set) {
  using model::Watch;
  static constexpr std::array<std::pair<Watch, std::string_view>, 8> kNames = {{
      {Watch::KernelLog, "kernel-log"},
      {Watch::SystemLog, "system-log"},
      {Watch::Shutdown, "shutdown"},
      {Watch::Liveness, "liveness"},
      {Watch::Metrics, "metrics"},
      {Watch::Cluster, "cluster"},
      {Watch::PanicCapture, "panic-capture"},
      {Watch::Presence, "presence"},
  }};
  std::string out;
  for (const auto& [bit, word] : kNames) {
    if (watches(set, bit)) out += fmt::format("{}{}", out.empty() ? "" : "|", word);
  }
  return out.empty() ? "nothing" : out;
}

std::string_view precision_text(Precision precision) {
  switch (precision) {
    case Precision::Nano: return "ns";
    case Precision::Micro: return "us";
    case Precision::Milli: return "ms";
    case Precision::Second: return "s";
    case Precision::Minute: return "min";
    case Precision::Hour: return "h";
    case Precision::Day: return "day";
  }
  return "?";
}

std::string time_text(const Case& c, StreamId stream, Ns raw) {
  switch (c.streams[stream].clock) {
    case model::ClockDomain::Utc: return format_utc({raw, Precision::Nano});
    case model::ClockDomain::LocalWall: {
      std::string text = format_utc({raw, Precision::Nano});
      text.pop_back();
      return text;
    }
    case model::ClockDomain::Monotonic:
      return fmt::format("{}{}.{:09}", raw < 0 ? "-" : "", raw < 0 ? -(raw / kSecond) : raw / kSecond,
                         raw < 0 ? -(raw % kSecond) : raw % kSecond);
    case model::ClockDomain::None: break;
  }
  return raw == 0 ? "-" : fmt::format("clockless {}", raw);
}

std::string dump_streams(const Case& c) {
  std::string out = "streams\n";
  for (size_t i = 0; i < c.streams.size(); ++i) {
    const model::Stream& stream = c.streams[i];
    out += fmt::format("  {} {}: host {}, {}{}, to the {}, over {}, watches {}", i, name(c, stream.source),
                       name(c, stream.host), to_string(stream.clock), stream.yearless ? " without years" : "",
                       precision_text(stream.precision), to_string(stream.channel), watch_text(stream.watch));
    if (stream.boot_id != 0) out += ", boot " + name(c, stream.boot_id);
    out += '\n';
  }
  return out;
}

std::string dump_events(const Case& c) {
  if (c.events.empty()) return {};
  std::string out = fmt::format("events: {}\n", c.events.size());
  for (size_t i = 0; i < std::min(c.events.size(), kMostEvents); ++i) {
    const model::Event& event = c.events[i];
    const std::string_view severity = to_string(event.severity);
    out += fmt::format("  {} [{}] {} {} {}{}{}: {}\n", place(event.line, event.offset, event.length), event.stream,
                       time_text(c, event.stream, event.time), name(c, event.host), name(c, event.ident),
                       severity.empty() ? "" : " ", severity, printable(c.message(i)));
  }
  if (c.events.size() > kMostEvents) out += fmt::format("  ... {} more\n", c.events.size() - kMostEvents);
  return out;
}

std::string dump_landmarks(const Case& c) {
  std::string out;
  for (const model::Landmark& mark : c.landmarks) {
    out += fmt::format("  {} at event {}", to_string(mark.kind), mark.event);
    if (mark.number != 0) out += fmt::format(", {}", mark.number);
    if (mark.text != 0) out += fmt::format(": {}", name(c, mark.text));
    out += '\n';
  }
  return out.empty() ? out : "landmarks\n" + out;
}

std::string dump_series(const Case& c) {
  std::string out;
  for (const model::Series& series : c.series) {
    out += fmt::format("series {} {} [{}] host {}, stream {}: {}\n", name(c, series.measurement), name(c, series.field),
                       series.tags == 0 ? "" : name(c, series.tags), name(c, series.host), series.stream,
                       counted(series.samples.size(), "sample"));
    for (size_t i = 0; i < std::min(series.samples.size(), kMostSamples); ++i) {
      const model::Sample& sample = series.samples[i];
      out += fmt::format("  {} @{} {} {}\n", sample.line, sample.offset, time_text(c, series.stream, sample.time),
                         sample.value);
    }
    if (series.samples.size() > kMostSamples) {
      out += fmt::format("  ... {} more\n", series.samples.size() - kMostSamples);
    }
  }
  return out;
}

std::string dump_facts(const Case& c) {
  std::string out;
  for (const model::Fact& fact : c.facts) {
    out += fmt::format("  {} {} {} = {}\n", place(fact.cite), name(c, fact.host), printable(fact.key),
                       printable(fact.value));
  }
  return out.empty() ? out : "facts\n" + out;
}

std::string dump_observations(const Case& c) {
  std::string out;
  const auto end = [&](const model::Observation& seen, std::optional<Ns> raw) {
    return raw ? time_text(c, seen.stream, *raw) : std::string("?");
  };
  for (const model::Observation& seen : c.observations) {
    out += fmt::format("  {} [{}] {} {}, by {}, from {} to {}, to the {}: {}\n", place(seen.cite), seen.stream,
                       name(c, seen.host), printable(seen.kind), seen.sense.empty() ? "-" : printable(seen.sense),
                       end(seen, seen.from), end(seen, seen.to), precision_text(seen.precision), printable(seen.text));
  }
  return out.empty() ? out : "observations\n" + out;
}

std::string dump_boot_claims(const Case& c) {
  std::string out;
  for (const model::BootClaim& boot : c.boot_claims) {
    out += fmt::format("  {} [{}] {} boot {} from {} to {}{}\n", place(boot.cite), boot.stream, name(c, boot.host),
                       name(c, boot.boot_id), time_text(c, boot.stream, boot.first),
                       boot.last ? time_text(c, boot.stream, *boot.last) : "?",
                       !boot.orderly   ? ""
                       : *boot.orderly ? ", orderly"
                                       : ", not orderly");
  }
  return out.empty() ? out : "boot claims\n" + out;
}

}  // namespace

std::string dump_evidence(const Case& c) {
  const model::Evidence& evidence = c.evidence[0];
  std::string out =
      fmt::format("{}: {}, {}\n", evidence.kind, to_string(evidence.status), counted(evidence.lines, "line"));
  for (const model::Diagnostic& diagnostic : evidence.diagnostics) {
    out += fmt::format("  {} @{}, {}: {}\n", diagnostic.line, diagnostic.offset,
                       diagnostic.count == 1 ? "once" : fmt::format("{} times", diagnostic.count),
                       printable(diagnostic.message));
  }
  return out;
}

std::string dump_records(const Case& c) {
  return dump_streams(c) + dump_events(c) + dump_landmarks(c) + dump_series(c) + dump_facts(c) + dump_observations(c) +
         dump_boot_claims(c);
}

std::string dump_case(const Case& c) { return dump_evidence(c) + dump_records(c); }

}  // namespace inquest::testing
