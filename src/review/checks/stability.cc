// Is "fixed" or "stable since" said after long enough, or after enough runs?
#include <algorithm>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "experiment/statistics.h"
#include "review/check.h"
#include "review/figure.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr std::string_view kRuleOfThree = "https://en.wikipedia.org/wiki/Rule_of_three_(statistics)";
constexpr std::string_view kFisher = "https://en.wikipedia.org/wiki/Fisher%27s_exact_test";
constexpr Ns kSoon = 3 * kDay;

const Regex& stable_claim() {
  static const Regex regex(
      R"(\b(remained|remains|has been|have been|been|runs?|running|ran|läuft|lief|laufen|blieb)\b.{0,40}\b(stable|stabil|rock.?solid|problemlos|fehlerfrei)\b|\b(is|are|ist|war) .{0,20}\b(stable|stabil)\b.{0,20}\b(since|again|seit\w*|wieder|now)\b|\b(since|seit\w*|now|again|wieder)\b.{0,40}\b(is|are|ist) .{0,20}\b(stable|stabil)\b|\b(no|zero|without|not a single) (further |more |new |other |another )?(crash|panic|freeze|lockup|hang|outage|reboot|reset)\w*\b.{0,40}\b(since|after|afterwards)\b|\bsince( then)?\b.{0,60}\b(no|zero|not) .{0,20}(crash|panic|freeze|lockup|hang|outage|reset)|\b(seitdem|seither|seit dem)\b.{0,60}\b(kein\w*|nicht mehr|stabil)\b|\b(problem|issue|bug|fehler|incident)\b.{0,20}\b(is |was |has been |ist |wurde )?(solved|fixed|gone|gelöst|behoben)\b)");
  return regex;
}

const Regex& careful() {
  static const Regex regex(
      R"(\b(not (yet )?(enough|long|proven|proof|call)|too (early|soon|short)|until|bis (zum|mindestens)|zu früh|noch nicht|will be|gilt erst|watch\w*|beobacht\w*|before (the|this|that)|vor dem|was stable|considered|if|wenn|should|sollte)\b|n't\b)");
  return regex;
}

std::optional<Ns> day_of(const Date& date, std::optional<int> year) {
  const auto known = date.year ? date.year : year;
  if (!known) return std::nullopt;
  return from_civil({.year = *known, .month = date.month, .day = date.day});
}

// How often it failed before, where the report says so: "every 9 days", "about once a week".
struct Rate {
  Ns between = 0;
  size_t line = 0;
};

std::optional<Rate> failure_rate(const Subject& subject) {
  static const Regex failing(
      R"(\b(crash\w*|panic\w*|fr(ee|o)ze\w*|hang\w*|hung|lock\w*|die[sd]|reset\w*|reboot\w*|abst(u|ü)rz\w*|stürz\w*|hängt\w*|fail\w*|occur\w*|happen\w*|came|trat|tritt|aus)\b)");
  static const Regex every(R"(\b(every|alle|about every|jede\w*|mtbf|mean time between|between crashes|on average)\b)");
  static const Regex often(
      R"(\b(once (a|per) (day|week|month)|daily|weekly|monthly|every (day|week|month|night)|täglich|wöchentlich|monatlich|(einmal|jede\w*) (pro |die |im |am )?(tag|woche|monat|nacht))\b)");
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.kind == Kind::Code || !failing.found_in(statement.text)) continue;
    static const Regex backup(R"(\b(backup|scrub|cron|timer|sync\w*|interval|sample\w*|snapshot\w*|job)\b)");
    if (backup.found_in(statement.text)) continue;
    if (const auto g = often.find(statement.text); !g.empty()) {
      const std::string word = lower(g[0].text);
      const bool month = word.contains("month") || word.contains("monat");
      const bool week = word.contains("week") || word.contains("woche") || word.contains("wöch");
      return Rate{month ? 30 * kDay : week ? 7 * kDay : kDay, statement.line};
    }
    if (!every.found_in(statement.text)) continue;
    for (const DurationMention* duration : subject.mentions.durations_in(i)) {
      const size_t from = duration->at > 30 ? duration->at - 30 : 0;
      if (duration->value >= kHour &&
          every.found_in(std::string_view(statement.text).substr(from, duration->at - from)))
        return Rate{duration->value, statement.line};
    }
  }
  return std::nullopt;
}

// How long it was watched by what the sentence says, or by the dates of the report.
std::optional<Ns> watched(const Subject& subject, size_t index) {
  static const Regex length(
      R"(\b(for|since|in|over|after|seit|für|nach|über|the last|the past)\s+(the (last|past) |now |nun |more than |over |about |mehr als |rund |etwa |einer? |a )?$)");
  const std::string_view text = subject.text.statements[index].text;
  Ns longest = 0;
  for (const DurationMention* duration : subject.mentions.durations_in(index)) {
    const size_t from = duration->at > 30 ? duration->at - 30 : 0;
    static const Regex kept(R"(^\s*(without|of (clean|stable|uptime)|clean|ohne|stabil|later|später)\b)");
    if (length.found_in(text.substr(from, duration->at - from)) ||
        kept.found_in(text.substr(duration->at + duration->length)) || contains_nocase(text, "uptime")) {
      longest = std::max(longest, duration->value);
    }
  }
  if (longest > 0) return longest;
  // From the last death to the latest date of the report.
  if (!subject.mentions.report_date) return std::nullopt;
  const auto incident = day_of(*subject.mentions.report_date, std::nullopt);
  std::optional<Ns> last;
  for (const DateMention& date : subject.mentions.dates) {
    if (subject.text.statements[date.statement].kind == Kind::Code) continue;
    const auto day = day_of(date.date, subject.mentions.report_date->year);
    if (day && (!last || *day > *last)) last = day;
  }
  if (!incident || !last) return std::nullopt;
  return *last - *incident;
}

void periods(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex death(
      R"(\b(crash\w*|panic\w*|fr(ee|o)ze\w*|hang\w*|hung|lock-?ups?|locked|outage|oops|absturz|abst\w*|ausfall\w*|hänger|eingefroren|reset|panik|riser|failure|incident|vorfall|netzteil|ausgefallen)\b)");
  if (std::ranges::none_of(subject.text.statements, [](const Statement& s) { return death.found_in(s.text); })) return;
  const auto rate = failure_rate(subject);
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.kind == Kind::Code || statement.kind == Kind::Heading || statement.withdrawn || statement.hedged)
      continue;
    const auto claim = stable_claim().find(statement.text);
    if (claim.empty() || careful().found_in(statement.text)) continue;
    // "Previously it ran stable": the time before the incident.
    static const Regex before(R"(\b(previously|before|earlier|used to|until then|vorher|davor|bis dahin|früher)\b)");
    if (before.found_in(std::string_view(statement.text).substr(0, claim[0].at))) continue;
    const std::string around = statement.lead + " " + subject.text.block_text(statement);
    // "It ran stable for 4 hours, then crashed again": told as what did not help.
    static const Regex again(
        R"(\b(crash\w*|panic\w*|hung|froze|lock\w*|abgestürzt|hing|stürzte)\b.{0,40}\b(again|anyway|nevertheless|wieder|erneut|trotzdem|with .{0,30}(disabled|removed|replaced))\b)");
    if (again.found_in(around)) continue;
    static const Regex open(
        R"(\b(not (yet )?(proven|proof|enough)|too (early|soon)|will be (called|considered)|noch nicht|zu früh|gilt erst|until)\b)");
    if (open.found_in(around)) continue;
    const auto time = watched(subject, i);
    if (!time) continue;
    if (rate && *time < 3 * rate->between) {
      object(subject, out, i, "stability-claim-too-early",
             fmt::format("It was watched for {}, and used to fail every {}: as long without a failure is not rare. "
                         "Three times the mean time between failures ({}) would be needed for 95 %.",
                         *time < kDay ? "less than a day" : format_duration(*time), format_duration(rate->between),
                         format_duration(3 * rate->between)),
             {kRuleOfThree}, {rate->line});
      return;
    }
    if (!rate && *time < kSoon) {
      object(subject, out, i, "stability-claim-too-early",
             fmt::format(
                 "By its dates the report was written {}, and names no time that the host ran since. A failure that "
                 "took days to come is not cured by hours without it: name the days, and wait three times the "
                 "mean time between failures.",
                 *time < kDay ? std::string("on the day of the incident")
                              : format_duration(*time) + " after the incident"),
             {kRuleOfThree});
      return;
    }
  }
}

std::optional<int> count_of(std::string_view word) {
  static constexpr std::pair<std::string_view, int> kTimes[] = {{"once", 1},    {"twice", 2},   {"thrice", 3},
                                                                {"einmal", 1},  {"zweimal", 2}, {"dreimal", 3},
                                                                {"viermal", 4}, {"fünfmal", 5}};
  const std::string small = lower(word);
  for (const auto& [name, number] : kTimes) {
    if (small == name) return number;
  }
  if (const auto number = count_word(word)) return number;
  return parse_int<int>(word);
}

constexpr std::string_view kCount =
    R"(\d{1,5}|one|two|three|four|five|six|seven|eight|nine|ten|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)";

// Runs that went well after the change.
std::optional<std::pair<size_t, int>> clean_runs(const Subject& subject) {
  static const std::string noun =
      R"( (?:clean |successful |further |more |weitere |saubere |erfolgreiche )?(?:runs?|times|reboots?|boots?|tests?|attempts|iterations|cycles|läufe\w*|mal|durchläufe\w*|versuche\w*|neustarts?|starts?))";
  static const Regex counted(
      "\\b(" + std::string(kCount) + ")" + noun +
      R"(\b[^.;]{0,50}\b(?:no|without|clean|fine|ok|passed|ohne|kein\w*|sauber|fehlerfrei|stable|stabil)\b|\b(?:no|zero|without|not a single|kein\w*|ohne)\b[^.;]{0,30}\b(?:panic|crash|failure|hang|freeze|lockup|error|absturz|fehler|hänger)\w*\b[^.;]{0,30}\b(?:in|over|after|during|nach|bei|in)\b[^.;]{0,10}\b()" +
      std::string(kCount) + ")" + noun + R"(\b|\b()" + std::string(kCount) +
      R"() clean (?:runs?|boots?|reboots?|tests?)\b|\b(twice|thrice|zweimal|dreimal|viermal|fünfmal)\b[^.;]{0,40}\b(?:without|no|clean|ohne|kein\w*|fehlerfrei|sauber)\b)");
  static const Regex again(
      R"(\b(?:a |the )?(second|third|fourth|fifth) time\b|\b(?:ein |zum )?(zweite|dritte|vierte|fünfte)[ns] mal\b)");
  static const Regex quiet(R"(\b(no|kein\w*) (panic|crash|freeze|hang|absturz|hänger|fehler)\w*)");
  const auto& statements = subject.text.statements;
  for (size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.kind == Kind::Code || statement.withdrawn) continue;
    if (const auto g = counted.find(statement.text); !g.empty()) {
      for (size_t n = 1; n < g.size(); ++n) {
        if (g[n]) {
          if (const auto number = count_of(g[n].text)) return std::pair(i, *number);
        }
      }
    }
    if (const auto g = again.find(statement.text); !g.empty() && quiet.found_in(subject.text.block_text(statement))) {
      const std::string word = lower(g[1] ? g[1].text : g[2].text);
      const int number = word.starts_with("sec") || word.starts_with("zwei")  ? 2
                         : word.starts_with("thi") || word.starts_with("dri") ? 3
                         : word.starts_with("fo") || word.starts_with("vier") ? 4
                                                                              : 5;
      return std::pair(i, number);
    }
  }
  return std::nullopt;
}

// How often it failed before: "4 of 5 runs".
std::optional<std::pair<experiment::Count, size_t>> failures_before(const Subject& subject) {
  static const Regex of(
      "\\b(" + std::string(kCount) + R"()\s*(?:of|out of|/|von)\s*()" + std::string(kCount) +
      R"()\b[^.;]{0,40}\b(?:runs?|times|attempts|boots?|reboots?|tests?|läufe\w*|versuche\w*|starts?|durchläufe\w*|mal|failed|crashed|panicked)\b)");
  static const Regex failed(
      R"(\b(fail\w*|crash\w*|panic\w*|hung|hang\w*|fr(o|ee)ze\w*|abst(u|ü)rz\w*|abgestürzt|hing\w*)\b)");
  static const Regex after(R"(\b(after|afterwards|since|with the (fix|new)|danach|seitdem|nach)\b)");
  for (const Statement& statement : subject.text.statements) {
    if (statement.kind == Kind::Code || !failed.found_in(statement.text)) continue;
    const auto g = of.find(statement.text);
    if (g.empty() || after.found_in(std::string_view(statement.text).substr(0, g[0].at))) continue;
    const auto bad = count_of(g[1].text);
    const auto all = count_of(g[2].text);
    if (!bad || !all || *bad < 1 || *bad > *all) continue;
    return std::pair(experiment::Count{static_cast<uint64_t>(*bad), static_cast<uint64_t>(*all)}, statement.line);
  }
  return std::nullopt;
}

void runs(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex cured(
      R"(\b(fix|fixed|fixes|solved|resolved|cured|the cause|root cause|behoben|gelöst|ursache|geheilt)\b)");
  static const Regex modest(
      R"(\b(prov(e|es) (little|nothing)|not (yet )?(enough|proof|significant)|p ?[=<>] ?0|fisher|confidence|too few|more runs|zu wenig\w*|reicht nicht|noch nicht|konfidenz)\b)");
  bool claims_cure = false;
  for (const Statement& statement : subject.text.statements) {
    if (statement.kind == Kind::Code) continue;
    if (modest.found_in(statement.text)) return;
    claims_cure = claims_cure || (!statement.hedged && !statement.withdrawn && cured.found_in(statement.text));
  }
  const auto clean = clean_runs(subject);
  if (!clean || !claims_cure || clean->second < 1) return;
  const auto before = failures_before(subject);
  const auto number = static_cast<uint64_t>(clean->second);
  // Where the rate before is not told, five clean runs are what a recipe that always works needs.
  const experiment::Count assumed = before ? before->first : experiment::Count{2, 2};
  const double p = experiment::fisher(assumed, {0, number});
  if (before ? p < 0.05 : number > 4) return;
  const double excluded = experiment::excluded_rate(number);
  object(subject, out, clean->first, "too-few-runs",
         fmt::format("{} without a failure {} little: they exclude only failure rates of {:.0f} % and more (95 %). "
                     "Against {} of {} before, Fisher's exact test gives p = {:.2f}.{}",
                     counted(number, "run"), number == 1 ? "proves" : "prove", excluded * 100, assumed.failures,
                     assumed.runs, p, before ? "" : " (How often it failed before is not said; two of two is taken.)"),
         {kFisher, kRuleOfThree}, before ? std::vector<size_t>{before->second} : std::vector<size_t>{});
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  periods(subject, out);
  runs(subject, out);
}

}  // namespace

extern const Check stability_check;
const Check stability_check{"is a cure claimed after long enough, or enough runs?", run};

}  // namespace inquest::review
