// Does the evidence hold what the report quotes, and does it put the death where the report does?
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "review/check.h"
#include "review/figure.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr size_t kMostEvents = 500'000;  // of which the text is read again; beyond that quotes are not looked up
constexpr size_t kMostQuotes = 500;
constexpr size_t kShortest = 12;  // characters of a message that can be told from others

std::string collapsed(std::string_view text) {
  std::string out;
  for (const std::string_view word : split_blanks(text)) out += (out.empty() ? "" : " ") + std::string(word);
  return out;
}

// The stamp that a log line begins with, as it is written; empty without one.
std::string stamp_of(std::string_view line) {
  static const Regex stamp(
      R"(^\s*(?:<\d{1,3}>)?((?-i:[A-Z][a-z]{2}) [ \d]?\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|\[ *\d+\.\d+\]))");
  const auto g = stamp.find(line.substr(0, 64));
  return g.empty() ? std::string() : collapsed(g[1].text);
}

// The message behind stamp, host and program.
std::string message_of(std::string_view line) {
  static const Regex head(
      R"(^\s*(?:<\d{1,3}>)?(?:(?:(?-i:[A-Z][a-z]{2}) [ \d]?\d \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*) \S+ [^\s:\[]+(?:\[\d+\])?:|\[ *\d+\.\d+\])\s+)");
  const auto g = head.find(line);
  return g.empty() ? std::string() : collapsed(line.substr(g[0].text.size()));
}

// The minute of a line with a stamp and the host that it names, which is the next word; empty for others.
std::string minute_and_host(std::string_view line) {
  static const Regex head(
      R"(^\s*(?:<\d{1,3}>)?((?-i:[A-Z][a-z]{2}) [ \d]?\d \d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d):\d\d\S* (\S+) )");
  const auto g = head.find(line.substr(0, 160));
  return g.empty() ? std::string() : fmt::format("{} {}", collapsed(g[1].text), g[2].text);
}

struct Quote {
  size_t statement = 0;
  std::string stamp;
  std::string message;
  bool found = false;
  std::optional<model::EventId> elsewhere;  // the same message with another time
  std::optional<model::EventId> instead;    // another message with the same time
  std::optional<model::EventId> around;     // another message of the same minute
};

void quotes(const Subject& subject, std::vector<Contradiction>& out) {
  const model::Case& the_case = *subject.evidence;
  if (the_case.events.size() > kMostEvents) return;
  std::vector<Quote> all;
  std::unordered_map<std::string, std::vector<size_t>> by_message;
  std::unordered_map<std::string, std::vector<size_t>> by_stamp;
  std::unordered_map<std::string, std::vector<size_t>> by_minute;
  for (size_t i = 0; i < subject.text.statements.size() && all.size() < kMostQuotes; ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.kind != Kind::Code || statement.text.contains("...") || statement.text.contains("…")) continue;
    Quote quote{i, stamp_of(statement.text), message_of(statement.text)};
    if (quote.stamp.empty() || quote.message.size() < kShortest) continue;
    by_message[quote.message].push_back(all.size());
    by_stamp[quote.stamp].push_back(all.size());
    if (const std::string minute = minute_and_host(statement.text); !minute.empty())
      by_minute[minute].push_back(all.size());
    all.push_back(std::move(quote));
  }
  if (all.empty()) return;

  for (model::EventId id = 0; id < the_case.events.size(); ++id) {
    const std::string record = the_case.record(id).substr(0, 8192);
    const std::string stamp = stamp_of(record);
    const std::string message = collapsed(the_case.message(id).substr(0, 8192));
    if (const auto same = by_message.find(message); same != by_message.end()) {
      for (const size_t q : same->second) {
        // Without a stamp of that form there is nothing to compare: a binary journal, another format of time.
        const bool comparable = !stamp.empty() && stamp.size() == all[q].stamp.size();
        if (!comparable || stamp == all[q].stamp) {
          all[q].found = true;
        } else if (!all[q].elsewhere) {
          all[q].elsewhere = id;
        }
      }
    }
    if (stamp.empty()) continue;
    if (const auto same = by_minute.find(minute_and_host(record)); same != by_minute.end()) {
      for (const size_t q : same->second) all[q].around = id;
    }
    if (const auto same = by_stamp.find(stamp); same != by_stamp.end()) {
      for (const size_t q : same->second) {
        // People cut what is long, and keep the program's name.
        if (!message.empty() && (message.contains(all[q].message) || all[q].message.contains(message))) {
          all[q].found = true;
        } else if (!all[q].instead) {
          all[q].instead = id;
        }
      }
    }
  }
  for (const Quote& quote : all) {
    if (quote.found) continue;
    if (quote.elsewhere) {
      object(subject, out, quote.statement, "quote-time-differs",
             fmt::format("The evidence has this message, but at \"{}\".",
                         printable(stamp_of(the_case.record(*quote.elsewhere)))));
      out.back().cite.push_back(the_case.cite_text(the_case.cite(*quote.elsewhere)));
    } else if (quote.instead) {
      object(subject, out, quote.statement, "quote-not-in-evidence",
             fmt::format("The evidence has no such message. At that time it has: \"{}\".",
                         ellipsis(printable(collapsed(the_case.message(*quote.instead))), 120)));
      out.back().cite.push_back(the_case.cite_text(the_case.cite(*quote.instead)));
    } else if (quote.around) {
      object(subject, out, quote.statement, "quote-not-in-evidence",
             "The evidence has no such message, and has others of that minute.");
      out.back().cite.push_back(the_case.cite_text(the_case.cite(*quote.around)));
    }
  }
}

// A time that the report gives for the death or the reset, against the window that the evidence leaves.
void windows(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex death(
      R"(\b(kernel panic|panicked|crash(ed|es)?|froze|frozen|hung|died|went (down|dark|silent)|locked up|became unresponsive|abgestürzt|absturz|eingefroren|hing|ausgefallen)\b)");
  static const Regex reset(
      R"(\b(hard.?reset (performed|done|at)?|power.?cycled|was reset|reset performed|rebooted|kernel started|booted|neu gestartet|neustart)\b)");
  static const Regex other(
      R"(\b(before|after|since|until|last|query|alert|notic\w*|discover\w*|declare\w*|report(ed)?|sample|metric\w*|uptime|vor|nach|seit|bis|letzte\w*|bemerkt|gemeldet|entdeckt|previous\w*|earlier)\b)");
  const model::Inquiry& inquiry = *subject.inquiry;
  for (const TimeMention& time : subject.mentions.times) {
    const Statement& statement = subject.text.statements[time.statement];
    const auto utc = time.utc();
    if (!utc || statement.kind == Kind::Code || statement.withdrawn || other.found_in(statement.text)) continue;
    if (subject.mentions.times_in(time.statement).size() > 2) continue;
    const bool of_reset = reset.found_in(statement.text);
    const bool of_death = !of_reset && death.found_in(statement.text);
    if (!of_reset && !of_death) continue;
    const Ns slack = unit(time.precision) + (time.approximate ? 15 * kMinute : kMinute);
    const model::Incident* nearest = nullptr;
    Ns distance = 0;
    for (const model::Incident& incident : inquiry.incidents) {
      const Interval& window = of_reset ? incident.reset : incident.death;
      if (!window.after || !window.before) continue;
      const Ns off = *utc < window.after->ns    ? window.after->ns - *utc
                     : *utc > window.before->ns ? *utc - window.before->ns
                                                : 0;
      if (nearest == nullptr || off < distance) {
        nearest = &incident;
        distance = off;
      }
    }
    if (nearest == nullptr || distance <= slack || distance > 6 * kHour) continue;
    // Between the button and the kernel lie minutes of firmware.
    const Interval& window = of_reset ? nearest->reset : nearest->death;
    if (of_reset && *utc < window.after->ns && distance <= 15 * kMinute) continue;
    const std::string_view what = of_reset ? "start of the next kernel" : "death";
    object(subject, out, time.statement, of_reset ? "reset-outside-window" : "death-outside-window",
           *window.after == *window.before
               ? fmt::format("By the evidence the {} was at {}.", what, format_utc(*window.after))
               : fmt::format("By the evidence the {} lies between {} and {}.", what, format_utc(*window.after),
                             format_utc(*window.before)));
    const auto& cites = of_reset ? nearest->reset_cites : nearest->death_cites;
    for (const model::Citation& cite : cites) out.back().cite.push_back(subject.evidence->cite_text(cite));
  }
}

// "Kernel: 6.8.12-4-pve" as a field of its own, and evidence that knows other kernels only.
void kernels(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex field(
      R"(^\W*(?:running )?kernel(?: version| release|-version)?\W*(?:\||:)\s*(?:linux )?(\d+\.\d+\.\d+[\w.+~-]*))");
  std::vector<const model::Fact*> known;
  for (const model::Fact& fact : subject.evidence->facts) {
    if (fact.key == "kernel.release") known.push_back(&fact);
  }
  if (known.empty()) return;
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.kind == Kind::Code || statement.withdrawn) continue;
    const auto g = field.find(statement.text);
    if (g.empty()) continue;
    const bool right = std::ranges::any_of(known, [&](const model::Fact* fact) {
      return fact->value.starts_with(g[1].text) || g[1].text.starts_with(fact->value);
    });
    if (right) continue;
    object(subject, out, i, "kernel-differs",
           fmt::format("The evidence is of kernel {}.", printable(known.front()->value)));
    out.back().cite.push_back(subject.evidence->cite_text(known.front()->cite));
  }
}

// "The host has 128 GB of RAM", and evidence that knows how much its kernel found.
void memory(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex claim(
      R"(\b(?:host|node|machine|server|box|hypervisor|knoten|rechner)\b[^.;|]{0,24}\b(?:has|have|had|with|hat|mit)\b[^.;|0-9]{0,12}(\d{1,5}) ?([GT]i?B?)\b (?:of )?(?:[A-Z0-9-]{2,10} )?(?:RAM|memory|speicher|arbeitsspeicher)\b)");
  std::vector<std::pair<const model::Fact*, double>> known;
  for (const model::Fact& fact : subject.evidence->facts) {
    if (fact.key != "memory.total") continue;
    if (const auto bytes = parse_double(fact.value); bytes && *bytes > 0) known.emplace_back(&fact, *bytes);
  }
  if (known.empty()) return;
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.kind == Kind::Code || statement.withdrawn || statement.hedged) continue;
    const auto g = claim.find(statement.text);
    if (g.empty()) continue;
    const auto said = parse_double(g[1].text);
    const Scale scale = scale_of(g[2].text);
    if (!said || scale.binary == 0) continue;
    // Firmware, graphics and the kernel itself keep some: a tenth, and of small machines more.
    const bool right = std::ranges::any_of(known, [&](const auto& fact) {
      return fact.second <= *said * scale.binary * 1.01 &&
             fact.second >= *said * scale.decimal * 0.85 - double{1ULL << 30U};
    });
    if (right) continue;
    object(subject, out, i, "memory-differs",
           fmt::format("The evidence knows of {} GiB ({}).", plain_number(known.front().second / double{1ULL << 30U}),
                       known.front().first->key));
    out.back().cite.push_back(subject.evidence->cite_text(known.front().first->cite));
  }
}

// What a report says is not in the log, and the messages that would be it.
struct Absence {
  std::string_view said;
  std::string_view message;
};
constexpr Absence kAbsences[] = {
    {R"(\b(no|kein\w*|ohne|without)\b[^.;|]{0,30}\b(oom|out.of.memory|speichermangel)\b)",
     R"(\binvoked oom-killer|\bOut of memory: Kill)"},
    {R"(\b(no|kein\w*|ohne|without)\b[^.;|]{0,30}\b(mces?|machine.checks?|hardware errors?|hardwarefehler|ecc errors?)\b)",
     R"(\[Hardware Error\]|EDAC MC\d+: \d+ [CU]E )"},
    {R"(\b(no|kein\w*|ohne|without)\b[^.;|]{0,20}\b(kernel )?(panics?|panik)\b)", R"(^Kernel panic - not syncing)"},
    {R"(\b(no|kein\w*|ohne|without)\b[^.;|]{0,20}\b(oops\w*|kernel bugs?)\b)",
     R"(^(?:BUG: (?:kernel|unable)|Oops: |Unable to handle kernel|general protection fault))"},
    {R"(\b(no|kein\w*|ohne|without)\b[^.;|]{0,20}\b(i/o|io|disk|storage|platten\w*|e/a)[ -]?(errors?|fehler)\b)",
     R"(\bI/O error\b|critical medium error)"},
    {R"(\b(no|kein\w*|ohne|without)\b[^.;|]{0,20}\block-?ups?\b)", R"(soft lockup - CPU|hard LOCKUP on cpu)"},
    {R"(\b(no|kein\w*|ohne|without)\b[^.;|]{0,20}\b(hung|blocked|blockierte\w*) (tasks?|prozess\w*)\b)",
     R"(blocked for more than \d+ seconds)"},
    {R"(\b(no|kein\w*|without|ohne) (single )?(errors?|fehler)\b[^.;|]{0,24}\b(in|im)\b[^.;|]{0,20}(log|journal|dmesg|protokoll)\w*)",
     R"(\bI/O error\b|\[Hardware Error\]|invoked oom-killer|Kernel panic - not|soft lockup - CPU|hard LOCKUP|blocked for more than \d+ s|EXT4-fs error|exception Emask|Detected Hardware Unit Hang)"},
};

// "No I/O errors were logged", and the evidence has some.
void absences(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex in_logs(
      R"(\b(logs?|logged|journal\w*|dmesg|syslog|kern\.log|messages|protokoll\w*|found|seen|recorded|gefunden|gesehen|aufgezeichnet)\b)");
  // Of a part of the time, or of another place, the evidence may say something else.
  static const Regex part(
      R"(\b(after|since|until|then|this boot|current boot|before (the|that|it)|between|guest|vm|nach|seit|bis|davor|danach|zwischen|gast|other|peer|further|more|weiter\w*|new|neue\w*)\b)");
  const model::Case& the_case = *subject.evidence;
  if (the_case.events.size() > kMostEvents) return;
  struct Claim {
    size_t statement = 0;
    const Absence* absence = nullptr;
    std::optional<model::EventId> event;
  };
  std::vector<Claim> claims;
  for (size_t i = 0; i < subject.text.statements.size() && claims.size() < kMostQuotes; ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.kind == Kind::Code || statement.kind == Kind::Heading || statement.withdrawn) continue;
    if (!in_logs.found_in(statement.text) || part.found_in(statement.text)) continue;
    for (const Absence& absence : kAbsences) {
      if (Regex(absence.said).found_in(statement.text)) claims.push_back({i, &absence, {}});
    }
  }
  if (claims.empty()) return;
  std::vector<std::unique_ptr<Regex>> messages;
  for (const Claim& claim : claims) messages.push_back(std::make_unique<Regex>(claim.absence->message));
  for (model::EventId id = 0; id < the_case.events.size(); ++id) {
    const std::string message = the_case.message(id).substr(0, 1024);
    for (size_t c = 0; c < claims.size(); ++c) {
      if (!claims[c].event && messages[c]->found_in(message)) claims[c].event = id;
    }
  }
  size_t last = kNone;
  for (const Claim& claim : claims) {
    if (!claim.event || claim.statement == last) continue;
    last = claim.statement;
    object(
        subject, out, claim.statement, "absence-contradicted",
        fmt::format("The evidence has: \"{}\".", ellipsis(printable(collapsed(the_case.message(*claim.event))), 120)));
    out.back().cite.push_back(the_case.cite_text(the_case.cite(*claim.event)));
  }
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  if (subject.evidence == nullptr || subject.inquiry == nullptr) return;
  quotes(subject, out);
  windows(subject, out);
  kernels(subject, out);
  absences(subject, out);
  memory(subject, out);
}

}  // namespace

extern const Check evidence_check;
const Check evidence_check{"does the evidence hold what is quoted, and put the death where the report does?", run};

}  // namespace inquest::review
