// Is the time that corosync is said to need for a dead member one that its settings give?
#include <algorithm>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "review/check.h"
#include "review/figure.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr Ns kToken = 3000 * kMilli;       // corosync.conf(5), since 3.1; 1000 before
constexpr Ns kCoefficient = 650 * kMilli;  // for each node above two
constexpr std::string_view kReference =
    "https://manpages.debian.org/bookworm/corosync/corosync.conf.5.en.html (token, token_coefficient, consensus)";

std::optional<Ns> setting_in(const PostMortem& text, const Regex& regex) {
  // What was thought of, or comes later, was not in force.
  static const Regex planned(
      R"(\b(consider\w*|reject\w*|propos\w*|should|could|would|will|plan\w*|increas\w*|rais\w*|recommend\w*|since then|afterwards|now|erhöh\w*|vorschlag|vorgeschlagen|sollte\w*|soll|künftig|verworfen|erwogen|seitdem|jetzt)\b)");
  for (const Statement& statement : text.statements) {
    const auto g = regex.find(statement.text);
    if (g.empty() || planned.found_in(statement.text)) continue;
    std::string digits;
    for (const char c : g[1].text) {
      if (c >= '0' && c <= '9') digits += c;
    }
    if (const auto value = parse_int<int64_t>(digits); value && *value < 10'000'000) return *value * kMilli;
  }
  return std::nullopt;
}

std::optional<int> nodes_in(const PostMortem& text) {
  static const Regex nodes(
      R"(\b(\d{1,2}|two|three|four|five|six|seven|eight|zwei|drei|vier|fünf|sechs|sieben|acht)[ -]?(nodes?|knoten|members?|hosts?)\b)");
  for (const Statement& statement : text.statements) {
    const auto g = nodes.find(statement.text);
    if (g.empty() || !contains_nocase(statement.text, "cluster")) continue;
    if (const auto number = parse_int<int>(g[1].text)) return number;
    if (const auto number = count_word(g[1].text)) return number;
  }
  return std::nullopt;
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex claim(R"(\btoken\b.{0,20}(timeout|time-?out|zeit\w*|laufzeit)|\btoken-?timeout\b)");
  static const Regex denied(
      R"(\b(not|nicht|cannot|never|kein\w*|too long|longer than|exceeds|länger als|zu lang)\b|n't\b)");
  static const Regex token(R"(\btoken(?:_timeout| timeout)?\s*(?::|=)\s*([\d.,]{3,9})\b)");
  static const Regex coefficient(R"(\btoken_coefficient\s*(?::|=)\s*(\d{1,6})\b)");
  static const Regex by_default(R"(\b(defaults?|vorgabe\w*|standard\w*|voreinstellung\w*)\b)");
  static const Regex stated(
      R"(\btoken\b.{0,4}(?:timeout|time-?out)\b[^.;0-9]{0,24}?\b(?:is|was|of|ist|war|beträgt|dann|then|vorgabe|default)\s+(?:dann |then |therefore |daher )?(\d))");
  const auto& statements = subject.text.statements;
  const auto configured = setting_in(subject.text, token);
  const auto nodes = nodes_in(subject.text);
  const Ns each = setting_in(subject.text, coefficient).value_or(kCoefficient);
  // Without the number of nodes, the largest cluster that is common.
  const int above_two = std::max(0, nodes.value_or(16) - 2);
  const Ns most = configured.value_or(kToken) + above_two * each;
  const Ns least = configured.value_or(1000 * kMilli);
  // A member is given up after token; a new membership stands after consensus, 1.2 times that.
  const Ns longest = most * 22 / 10 + kSecond;
  std::optional<size_t> first;
  std::vector<size_t> lines;
  std::string figure;
  for (size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.kind == Kind::Code || statement.withdrawn || statement.hedged) continue;
    if (!claim.found_in(statement.text) || denied.found_in(statement.text)) continue;
    const auto durations = subject.mentions.durations_in(i);
    if (durations.empty()) continue;
    // "By default the timeout is 3000 ms": of a known number of nodes there is one answer.
    if (nodes && !configured && by_default.found_in(statement.text)) {
      const auto g = stated.find(statement.text);
      const auto said =
          g.empty() ? durations.end()
                    : std::ranges::find_if(durations, [&](const DurationMention* d) { return d->at >= g[1].at; });
      const bool computed = statement.text.contains("650") || statement.text.contains('+');
      if (said != durations.end() && (*said)->at == g[1].at && !computed &&
          std::abs((*said)->value - most) > most / 20) {
        object(subject, out, i, "token-timeout-mismatch",
               fmt::format("By default corosync's token timeout is 3000 ms plus {} ms for each node above two: with {} "
                           "nodes {} ms.",
                           each / kMilli, *nodes, most / kMilli),
               {kReference});
        return;
      }
    }
    if (std::ranges::any_of(
            durations, [&](const DurationMention* d) { return d->value >= least * 8 / 10 && d->value <= longest; }))
      continue;
    if (first) {
      lines.push_back(statement.line);
      continue;
    }
    first = i;
    figure = statement.text.substr(durations[0]->at, durations[0]->length);
  }
  if (!first) return;
  const std::string settings =
      configured ? fmt::format("token {} ms", *configured / kMilli) : std::string("the defaults, token 3000 ms");
  object(
      subject, out, *first, "token-timeout-mismatch",
      nodes ? fmt::format("\"{}\" is not corosync's token timeout: with {} nodes and {} plus {} ms for each node above "
                          "two it is {} ms, and a new membership stands after 1.2 times that again. The rest lies in "
                          "the interval of the samples and in the clocks of two hosts.",
                          figure, *nodes, settings, each / kMilli, most / kMilli)
            : fmt::format("\"{}\" is not corosync's token timeout: {} plus {} ms for each node above two give at most "
                          "{} ms even with 16 nodes.",
                          figure, settings, each / kMilli, most / kMilli),
      {kReference}, std::move(lines));
}

}  // namespace

extern const Check cluster_detection_check;
const Check cluster_detection_check{"is the time that corosync is said to need one that its settings give?", run};

}  // namespace inquest::review
