// Do durations fit the times that they lie between, and each other?
#include <algorithm>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "review/check.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr size_t kNear = 34;  // characters between a pair of times and the duration that belongs to it

// Lengths that are settings or repeat, and so lie between no two times.
bool setting(std::string_view text, const DurationMention& duration) {
  static const Regex before(
      R"(\b(every|each|per|alle|je|jede\w*|timeout|interval\w*|intervall\w*|limit|period|takt|retention|default)\W*(of |is |von |is set to |at )?$)");
  static const Regex behind(
      R"(^[\s-]*(interval\w*|intervals?|intervall\w*|timeout\w*|resolution|granularity|retention|window|polling|scrape|average|period|takt|limit|before|vor\b|vorher|earlier|ago|each|per |pro |je |long-running)\b|^\s*apart\b[^(]*$)");
  const size_t from = duration.at > 24 ? duration.at - 24 : 0;
  return before.found_in(text.substr(from, duration.at - from)) ||
         behind.found_in(text.substr(duration.at + duration.length, 24));
}

// By how much the times and the duration may differ by rounding alone.
Ns slack(const TimeMention& from, const TimeMention& to, const DurationMention& duration) {
  const Ns times = std::max(unit(from.precision), unit(to.precision));
  Ns out = times + duration.unit * 6 / 10;
  if (duration.approximate || from.approximate || to.approximate)
    out += duration.unit / 2 + duration.value / 6 + (from.approximate || to.approximate ? 10 * kMinute : 0);
  return out;
}

bool fits(const Mentions& mentions, const TimeMention& from, const TimeMention& to, const DurationMention& duration) {
  const auto spans = mentions.between(from, to);
  return spans.empty() || std::ranges::any_of(spans, [&](Ns span) {
           return std::abs(std::abs(span) - duration.value) <= slack(from, to, duration);
         });
}

bool same_time(const Mentions& mentions, const TimeMention& a, const TimeMention& b) {
  return std::ranges::any_of(mentions.between(a, b), [](Ns span) { return span == 0; });
}

void mismatch(const Subject& subject, const TimeMention& from, const TimeMention& to, const DurationMention& duration,
              std::vector<Contradiction>& out) {
  const auto spans = subject.mentions.between(from, to);
  const std::string& text = subject.text.statements[duration.statement].text;
  const std::string_view first =
      std::string_view(subject.text.statements[from.statement].text).substr(from.at, from.length);
  const std::string_view second = std::string_view(subject.text.statements[to.statement].text).substr(to.at, to.length);
  std::string reason = fmt::format("From {} to {} are {}, not {}.", first, second, format_duration(std::abs(spans[0])),
                                   std::string_view(text).substr(duration.at, duration.length));
  const Ns naive = std::abs(to.of_day - from.of_day);
  if (from.zone && to.zone && from.zone->offset != to.zone->offset &&
      std::abs(naive - duration.value) <= slack(from, to, duration)) {
    reason += fmt::format(" The figure takes {} and {} for one zone.", from.zone->name, to.zone->name);
  }
  object(subject, out, duration.statement, "duration-mismatch", std::move(reason),
         {"https://www.rfc-editor.org/rfc/rfc3339"},
         {subject.text.statements[from.statement].line, subject.text.statements[to.statement].line});
}

// "03:10 to 03:52 (42 min)", "42 minutes between 03:10 and 03:52", and sentences that have two times and one duration.
void within_statement(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex joint(R"(^[^.;|]{0,12}(–|—|-|→|\bto\b|\buntil\b|\btill\b|\bbis\b|\band\b|\bund\b)[^.;|]{0,24}$)");
  static const Regex conjunction(R"(\b(and|und)\b)");
  static const Regex span_words(R"(\b(between|zwischen)\b)");
  static const Regex lead(R"((\b(from|between|von|zwischen)\b|:|\()[^.;|0-9]{0,14}$)");
  static const Regex relation(
      R"(\b(later|after|between|gap|delta|took|lasted|lasting|duration|downtime|outage|latency|difference|apart|elapsed|silence|silent|später|nach|zwischen|dauer\w*|ausfall\w*|lücke|differenz|danach|vergingen|stille|abstand|dazwischen)\b)");
  const auto times = subject.mentions.times_in(index);
  const auto durations = subject.mentions.durations_in(index);
  if (times.size() < 2 || durations.empty()) return;
  const std::string_view text = subject.text.statements[index].text;

  for (const DurationMention* duration : durations) {
    if (setting(text, *duration)) continue;
    const size_t end = duration->at + duration->length;
    static const Regex behind_it(R"(\b(after|nach|within|for|every)\s*(about |etwa )?$)");
    static const Regex in_brackets(R"(^[^.;|0-9]{0,34}\(\s*$)");
    const size_t from = duration->at > 16 ? duration->at - 16 : 0;
    // "down for 7 min (03:20 - 03:27)": what stands in brackets says when.
    const bool own = behind_it.found_in(text.substr(from, duration->at - from));
    const bool said_when = times.size() == 2 && end <= times[0]->at && times[0]->at - end <= kNear + 1 &&
                           in_brackets.found_in(text.substr(end, times[0]->at - end));
    if (own && !said_when) continue;
    std::optional<std::pair<const TimeMention*, const TimeMention*>> pair;
    for (size_t i = 0; i + 1 < times.size(); ++i) {
      const TimeMention& a = *times[i];
      const TimeMention& b = *times[i + 1];
      if (a.at + a.length > b.at || !joint.found_in(text.substr(a.at + a.length, b.at - a.at - a.length))) continue;
      if (same_time(subject.mentions, a, b)) continue;
      // "At 03:10 and at 04:10" is no span, "between 03:10 and 04:10" is.
      if (conjunction.found_in(text.substr(a.at + a.length, b.at - a.at - a.length)) &&
          !span_words.found_in(text.substr(a.at > 30 ? a.at - 30 : 0, a.at > 30 ? 30 : a.at)))
        continue;
      const bool behind =
          b.at + b.length <= duration->at && duration->at - b.at - b.length <= kNear &&
          text.substr(b.at + b.length, duration->at - b.at - b.length).find_first_of(".;|") == std::string_view::npos;
      const bool before = end <= a.at && a.at - end <= kNear && lead.found_in(text.substr(end, a.at - end));
      if (behind || before) pair = {{&a, &b}};
    }
    if (!pair && durations.size() == 1 && relation.found_in(text)) {
      // One moment told in two zones is one moment.
      std::vector<const TimeMention*> distinct;
      for (const TimeMention* time : times) {
        if (std::ranges::none_of(distinct,
                                 [&](const TimeMention* d) { return same_time(subject.mentions, *d, *time); }))
          distinct.push_back(time);
      }
      if (distinct.size() == 2) pair = {{distinct[0], distinct[1]}};
    }
    if (pair && !fits(subject.mentions, *pair->first, *pair->second, *duration))
      mismatch(subject, *pair->first, *pair->second, *duration, out);
  }
}

// In a timeline: "03:41 | rebooted, 12 minutes later". It must fit one of the rows above.
void within_timeline(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex outage(
      R"(\b(total|outage|downtime|ausfallzeit|ausfalldauer|ausfall|insgesamt)\W*(of |was |time |von )*$)");
  static const Regex later(R"(^\s*(later|afterwards|after that|später|danach)\b)");
  const Statement& statement = subject.text.statements[index];
  if (statement.kind != Kind::Row && statement.kind != Kind::Item) return;
  const auto times = subject.mentions.times_in(index);
  if (times.size() != 1) return;
  for (const DurationMention* duration : subject.mentions.durations_in(index)) {
    const std::string_view text = statement.text;
    const bool plus =
        (duration->at > 0 && text[duration->at - 1] == '+') ||
        outage.found_in(text.substr(duration->at > 30 ? duration->at - 30 : 0, std::min<size_t>(duration->at, 30)));
    if (!plus && !later.found_in(text.substr(duration->at + duration->length))) continue;
    // "21:34 | started, then killed 2 minutes later": counted from this entry itself.
    static const Regex since_itself(
        R"(\b(start\w*|boot\w*|begin\w*|began|beginn\w*)\b.{0,60}(—|–| - |;|\bthen\b|\bdann\b))");
    if (!plus && duration->at > times[0]->at &&
        since_itself.found_in(text.substr(times[0]->at, duration->at - times[0]->at)))
      continue;
    const TimeMention* last = nullptr;
    bool fitting = false;
    for (size_t i = index; i-- > 0 && subject.text.statements[i].section == statement.section &&
                           subject.text.statements[i].kind == statement.kind && index - i < 100;) {
      for (const TimeMention* time : subject.mentions.times_in(i)) {
        if (last == nullptr) last = time;
        fitting = fitting || fits(subject.mentions, *time, *times[0], *duration);
      }
    }
    if (last != nullptr && !fitting) mismatch(subject, *last, *times[0], *duration, out);
  }
}

// "202,913 s (2.3 days)", "90 minutes = 1.5 h".
void equal_durations(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex same(
      R"(^([^.;|()0-9]{0,30})?\s*(\(|=|≈|, i\.e\.|, that is|, which is|, that makes|, d\. ?h\.|, das sind|, also)\s*(=|≈|~|about |approx\. |ca\. |etwa |rund |or |= )*\s*$)");
  const auto durations = subject.mentions.durations_in(index);
  const std::string_view text = subject.text.statements[index].text;
  for (size_t i = 0; i + 1 < durations.size(); ++i) {
    const DurationMention& a = *durations[i];
    const DurationMention& b = *durations[i + 1];
    const size_t end = a.at + a.length;
    if (end > b.at || !same.found_in(text.substr(end, b.at - end))) continue;
    if (a.unit == b.unit) continue;  // "30 s (10 s)": two settings
    Ns tolerance = std::max(a.unit, b.unit) * 6 / 10;
    if (a.approximate || b.approximate || text.substr(end, b.at - end).find_first_of("~") != std::string_view::npos)
      tolerance += std::max(a.unit, b.unit) / 2 + std::max(a.value, b.value) / 10;
    if (std::abs(a.value - b.value) <= tolerance) continue;
    object(subject, out, index, "durations-differ",
           fmt::format("{} are {}, not {}.", text.substr(a.at, a.length), format_duration(a.value),
                       text.substr(b.at, b.length)));
  }
}

// "It was gone for 3 h 53 min", in a paragraph that tells when.
void within_paragraph(const Subject& subject, size_t index, std::vector<Contradiction>& out) {
  static const Regex gone(
      R"(\b(gone|down|away|offline|silent|unreachable|dark|dead|unavailable|weg|ausgefallen|nicht erreichbar|still)\b[^.;|0-9]{0,24}$)");
  const auto& statements = subject.text.statements;
  const Statement& statement = statements[index];
  if (statement.kind != Kind::Prose || !subject.mentions.times_in(index).empty()) return;
  const auto durations = subject.mentions.durations_in(index);
  if (durations.size() != 1) return;
  const DurationMention& lasting = *durations[0];
  const size_t from = lasting.at > 40 ? lasting.at - 40 : 0;
  if (!gone.found_in(std::string_view(statement.text).substr(from, lasting.at - from))) return;
  std::vector<const TimeMention*> times;
  for (const TimeMention& time : subject.mentions.times) {
    if (statements[time.statement].block == statement.block && times.size() < 20) times.push_back(&time);
  }
  if (times.size() < 2) return;
  // Anything in the report may be its start or its end.
  for (size_t i = 0; i < std::min<size_t>(subject.mentions.times.size(), 200); ++i) {
    for (size_t j = i + 1; j < std::min<size_t>(subject.mentions.times.size(), 200); ++j) {
      if (fits(subject.mentions, subject.mentions.times[i], subject.mentions.times[j], lasting)) return;
    }
  }
  object(subject, out, index, "duration-mismatch",
         fmt::format("No two times that the report gives lie {} apart.",
                     std::string_view(statement.text).substr(lasting.at, lasting.length)),
         {}, {statements[times.front()->statement].line});
}

// "Downtime: 64 minutes", and a timeline no two of whose times lie so far apart.
void against_timeline(const Subject& subject, const DurationMention& lasting, std::vector<Contradiction>& out) {
  std::vector<const TimeMention*> times;
  for (const TimeMention& time : subject.mentions.times) {
    const Statement& statement = subject.text.statements[time.statement];
    if ((statement.kind == Kind::Row || statement.kind == Kind::Item) && time.at <= 24 && times.size() < 200)
      times.push_back(&time);
  }
  if (times.size() < 3) return;
  for (size_t i = 0; i < times.size(); ++i) {
    for (size_t j = i + 1; j < times.size(); ++j) {
      if (fits(subject.mentions, *times[i], *times[j], lasting)) return;
    }
  }
  const Statement& statement = subject.text.statements[lasting.statement];
  object(subject, out, lasting.statement, "duration-mismatch",
         fmt::format("No two times of the timeline lie {} apart: its first and last are {}.",
                     std::string_view(statement.text).substr(lasting.at, lasting.length),
                     [&] {
                       const auto spans = subject.mentions.between(*times.front(), *times.back());
                       return spans.empty() ? std::string("in different zones") : format_duration(std::abs(spans[0]));
                     }()),
         {}, {subject.text.statements[times.front()->statement].line});
}

// Start, end and duration as fields of their own.
void labelled(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex start(
      R"(^\W*(outage |incident |downtime |ausfall)?(start\w*|begin\w*|began|beginn|down( since| at)?|onset|ausfallbeginn)( time)?\s*(\||:))");
  static const Regex end(
      R"(^\W*(outage |incident |downtime |ausfall)?(end\w*|ended|resolved|recovered|restored|up again|back( up| online)?|behoben|wiederhergestellt|ausfallende)( time| at| um)?\s*(\||:))");
  static const Regex length(
      R"(^\W*(total |outage |incident |overall )?(duration|downtime|outage|length|dauer|ausfallzeit|ausfalldauer|gesamtdauer|time to (recover|restore)|ttr)( of outage)?\s*(\||:))");
  const TimeMention* from = nullptr;
  const TimeMention* to = nullptr;
  const DurationMention* lasting = nullptr;
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.kind == Kind::Code || statement.kind == Kind::Heading) continue;
    const auto times = subject.mentions.times_in(i);
    const auto durations = subject.mentions.durations_in(i);
    if (from == nullptr && !times.empty() && start.found_in(statement.text)) from = times[0];
    if (to == nullptr && !times.empty() && end.found_in(statement.text)) to = times[0];
    if (lasting == nullptr && durations.size() == 1 && times.empty() && length.found_in(statement.text))
      lasting = durations[0];
  }
  if (from != nullptr && to != nullptr && lasting != nullptr && !fits(subject.mentions, *from, *to, *lasting))
    mismatch(subject, *from, *to, *lasting, out);
  if (lasting != nullptr && (from == nullptr || to == nullptr)) against_timeline(subject, *lasting, out);
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.kind == Kind::Code || statement.withdrawn) continue;
    within_statement(subject, i, out);
    within_timeline(subject, i, out);
    equal_durations(subject, i, out);
    within_paragraph(subject, i, out);
  }
  labelled(subject, out);
}

}  // namespace

extern const Check durations_check;
const Check durations_check{"do durations fit the times that they lie between, and each other?", run};

}  // namespace inquest::review
