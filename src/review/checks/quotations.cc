// Does the prose say what the lines say that the report itself quotes: which CPU, process, kernel, second?
#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "review/check.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr size_t kMostQuotes = 2000;

// A line of a log, in a block or as a span of code.
struct Quote {
  std::string_view text;
  size_t line = 0;
};

std::vector<Quote> quotes_in(const PostMortem& text) {
  static const Regex message(R"(#\d|\[\d+\]|\bPID\b|: |\bCPU\b)");
  std::vector<Quote> out;
  for (const Statement& statement : text.statements) {
    if (out.size() >= kMostQuotes) break;
    if (statement.kind == Kind::Code) {
      out.push_back({statement.text, statement.line});
      continue;
    }
    for (const std::string& span : statement.code_spans) {
      if (span.size() >= 24 && span.contains(' ') && message.found_in(span)) out.push_back({span, statement.line});
    }
  }
  return out;
}

// Prose without the spans of code, which are quotes themselves.
std::string words_of(const Statement& statement) {
  std::string out = statement.text;
  for (const std::string& span : statement.code_spans) {
    if (span.size() < 24) continue;
    if (const size_t at = out.find(span); at != std::string::npos) out.replace(at, span.size(), 1, ' ');
  }
  return out;
}

// What a kind of line says ("CPU#7", "CPU: 7"), and how prose says it ("CPU 7").
struct Detail {
  std::string_view id;
  std::string_view name;
  std::string_view quoted;
  std::string_view said;
};
constexpr Detail kDetails[] = {
    {"quoted-cpu-differs", "CPU", R"(\bCPU(?:#|: ?)(\d{1,4})\b|\bon CPU (\d{1,4})\b|\bCPU(\d{1,4}): )",
     R"(\bCPU(?:#| | #|: ?)?(\d{1,4})\b(?:[^%.\w:]|\.\s|\.?$)|\bKern (\d{1,4})\b)"},
    {"quoted-pid-differs", "PID", R"(\bPID: ?(\d{1,7})\b|\[(\d{2,7})\]: |\bpid=(\d{1,7})\b)",
     R"(\bPID:? ?(\d{1,7})\b)"},
    {"quoted-seconds-differ", "length", R"(\bstuck for (\d{1,5})s\b|\bblocked for more than (\d{1,5}) seconds\b)",
     R"(\b(?:stuck|hung|blocked|for|die|lang)\b[^.;|0-9]{0,24}\b(\d{1,5})[ -](?:s|seconds|Sekunden)\b[^.;|]{0,40}\b(?:stuck|scheduled?|schedul\w*|lang|lockup|anderen|interrupt\w*)\b)"},
};

std::map<std::string, size_t> values(const Regex& regex, std::string_view text, size_t line) {
  std::map<std::string, size_t> out;
  for (const auto& g : regex.find_all(text, 20)) {
    for (size_t n = 1; n < g.size(); ++n) {
      if (g[n]) out.emplace(std::string(g[n].text), line);
    }
  }
  return out;
}

// Where all that is quoted names one CPU, and all that is said one other.
void details(const Subject& subject, const std::vector<Quote>& quotes, std::vector<Contradiction>& out) {
  for (const Detail& detail : kDetails) {
    const Regex quoted(detail.quoted);
    const Regex said(detail.said);
    std::map<std::string, size_t> in_quotes;
    for (const Quote& quote : quotes) in_quotes.merge(values(quoted, quote.text, quote.line));
    if (in_quotes.empty()) continue;
    std::map<std::string, size_t> in_prose;
    for (size_t i = 0; i < subject.text.statements.size(); ++i) {
      const Statement& statement = subject.text.statements[i];
      if (statement.kind == Kind::Code || statement.withdrawn || statement.hedged) continue;
      in_prose.merge(values(said, words_of(statement), i));
    }
    for (const auto& [value, statement] : in_prose) {
      if (in_quotes.contains(value)) continue;
      // One of each; or a number whose digits changed places.
      const auto turned = std::ranges::find_if(in_quotes, [&](const auto& other) {
        return value.size() > 2 && other.first.size() == value.size() &&
               std::ranges::is_permutation(value, other.first);
      });
      if (turned == in_quotes.end() && (in_quotes.size() != 1 || in_prose.size() != 1)) continue;
      const auto& right = turned != in_quotes.end() ? *turned : *in_quotes.begin();
      object(subject, out, statement, detail.id,
             fmt::format("The line that is quoted says {} {}, not {}.", detail.name, right.first, value), {},
             {right.second});
    }
  }
}

// "Comm: php-fpm", and a process of another name. Only what is said of the process in so many words.
void processes(const Subject& subject, const std::vector<Quote>& quotes, std::vector<Contradiction>& out) {
  static const Regex quoted(R"(\bComm: (\S{1,15})\b)");
  static const Regex said(
      R"(\b(?:the )?(?:process|task|prozess|command)\b[^.;|]{0,16}\b(?:was|is|war|ist)\s+["'„]?([A-Za-z][\w./:+-]{1,13}\w)["'“]?(?:$|[,.;) ]))");
  std::map<std::string, size_t> in_quotes;
  for (const Quote& quote : quotes) in_quotes.merge(values(quoted, quote.text, quote.line));
  if (in_quotes.size() != 1) return;
  const auto& [comm, line] = *in_quotes.begin();
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.kind == Kind::Code || statement.withdrawn || statement.hedged) continue;
    const auto g = said.find(statement.text);
    // Only a name that is set as one.
    if (g.empty() || std::ranges::find(statement.code_spans, g[1].text) == statement.code_spans.end()) continue;
    if (comm.starts_with(g[1].text) || g[1].text.starts_with(comm)) continue;
    object(subject, out, i, "quoted-process-differs",
           fmt::format("The line that is quoted names {}, not {}.", comm, g[1].text), {}, {line});
    return;
  }
}

// "6.1.0-23-amd64" where all else is of 6.1.0-32-amd64: digits that changed places.
void releases(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex release(R"((?:^|[^\w.-])(\d\.\d{1,2}\.\d{1,3}-\d{1,4}(?:-[a-z][\w.-]{1,16})?))");
  std::map<std::string, std::vector<size_t>> all;
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    for (const auto& g : release.find_all(subject.text.statements[i].text, 10)) {
      std::string name(g[1].text);
      while (name.ends_with('.') || name.ends_with('-')) name.pop_back();
      all[name].push_back(i);
    }
  }
  for (const auto& [name, places] : all) {
    if (places.size() != 1 || subject.text.statements[places[0]].kind == Kind::Code) continue;
    for (const auto& [other, others] : all) {
      if (other == name || other.size() != name.size() || !std::ranges::is_permutation(name, other)) continue;
      const auto quoted = std::ranges::find_if(
          others, [&](size_t i) { return subject.text.statements[i].kind == Kind::Code || others.size() > 1; });
      if (quoted == others.end()) continue;
      object(subject, out, places[0], "kernel-differs",
             fmt::format("Elsewhere it is {}, and {} nowhere else: digits that changed places?", other, name), {},
             {subject.text.statements[*quoted].line});
      return;
    }
  }
}

// Whether two times differ as by a slip of the hand: one field by its digits' order or by one digit.
bool slip(Ns a, Ns b) {
  const auto field = [](Ns time, Ns size) { return time / size % 60; };
  const Ns minutes[] = {field(a, kMinute), field(b, kMinute)};
  const Ns seconds[] = {field(a, kSecond), field(b, kSecond)};
  if (a / kHour != b / kHour || (minutes[0] != minutes[1]) == (seconds[0] != seconds[1])) return false;
  const Ns* differ = minutes[0] != minutes[1] ? minutes : seconds;
  return differ[0] % 10 == differ[1] / 10 && differ[0] / 10 == differ[1] % 10;
}

bool shares_a_name(std::string_view line, std::string_view prose) {
  static const Regex name(R"([A-Za-z][\w-]{5,30})");
  static const Regex common(
      R"(^(kernel|system|systemd|server|january|february|august|september|october|november|december|because|before|second|seconds|minutes|failed|started|starting|stopped|finished)$)");
  return std::ranges::any_of(name.find_all(prose, 40), [&](const std::vector<Group>& g) {
    return !common.found_in(g[0].text) && contains_nocase(line, g[0].text);
  });
}

// "At 06:21:03 unattended-upgrade rebooted it", where its line is of 06:12:03.
void times(const Subject& subject, std::vector<Contradiction>& out) {
  const auto& statements = subject.text.statements;
  // A round minute is rather a time that somebody remembers.
  const auto exact = [](const TimeMention& time) {
    return time.precision != Precision::Minute && !time.approximate && time.of_day / kSecond % 60 != 0;
  };
  std::vector<const TimeMention*> fixed;  // of logs and of timelines
  for (const TimeMention& time : subject.mentions.times) {
    const Statement& statement = statements[time.statement];
    const bool entry = (statement.kind == Kind::Row || statement.kind == Kind::Item) && time.at <= 4;
    if (exact(time) && (statement.kind == Kind::Code || entry) && fixed.size() < kMostQuotes) fixed.push_back(&time);
  }
  for (const TimeMention& time : subject.mentions.times) {
    const Statement& statement = statements[time.statement];
    if (!exact(time) || statement.kind == Kind::Code || statement.withdrawn) continue;
    if (std::ranges::find(fixed, &time) != fixed.end()) continue;
    const auto is = [&](const TimeMention* other) {
      return other->of_day / kSecond % 3600 == time.of_day / kSecond % 3600;  // in any zone
    };
    if (std::ranges::any_of(fixed, is)) continue;
    const auto wrong = std::ranges::find_if(fixed, [&](const TimeMention* other) {
      const bool zoned = other->zone && time.zone;
      return zoned ? slip(other->of_day - other->zone->offset, time.of_day - time.zone->offset)
                   : slip(other->of_day, time.of_day);
    });
    if (wrong == fixed.end()) continue;
    // The digits of the minute in another order, to the same second, are no chance; elsewhere it takes a common name.
    const Statement& source = statements[(*wrong)->statement];
    const bool same_second = (*wrong)->of_day / kSecond % 60 == time.of_day / kSecond % 60;
    if (!same_second && !shares_a_name(source.text, words_of(statement))) continue;
    object(subject, out, time.statement, "quoted-time-differs",
           fmt::format("Line {} has it at {}, and nothing is at {}: digits that changed places?", source.line,
                       std::string_view(source.text).substr((*wrong)->at, (*wrong)->length),
                       std::string_view(statement.text).substr(time.at, time.length)),
           {}, {source.line});
  }
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  const auto quotes = quotes_in(subject.text);
  details(subject, quotes, out);
  processes(subject, quotes, out);
  releases(subject, out);
  times(subject, out);
}

}  // namespace

extern const Check quotations_check;
const Check quotations_check{"does the prose say what the lines say that it quotes?", run};

}  // namespace inquest::review
