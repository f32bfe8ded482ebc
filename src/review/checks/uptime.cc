// Does an uptime, taken from the time at which it was read, give the boot that the report names?
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

constexpr size_t kMostUptimes = 100;  // sentences about one; times that are held against each
constexpr size_t kMostClaims = 500;
constexpr Ns kStart = 15 * kMinute;  // from the button to the kernel, on a server with much memory
constexpr Ns kReach = 2 * kDay;      // a reset that far from the computed one is another one
constexpr std::string_view kReference = "https://man7.org/linux/man-pages/man5/proc_uptime.5.html";

const Regex& reset_words() {
  static const Regex regex(
      R"(\b(hard.?reset|reset (was )?(performed|occurred|happened|took place|at|done)|power.?cycl\w*|reboots?|rebooted|booted|boot(s|ed)? (at|since|was|took place|happened|occurred)|kernel started|restarted|came (back )?up|neu ?gestartet|neustart|neu gebootet|gebootet|hochgefahren|reset durchgeführt|hard reset)\b)");
  return regex;
}

// What follows a boot and is none.
const Regex& later_words() {
  static const Regex regex(R"(\b(uptime|after|sample|metrics?|metrik\w*|noticed|nach|seit|since|until|bis)\b)");
  return regex;
}

// The seconds that are said of an uptime.
struct Uptime {
  Ns value = 0;
  Ns unit = kSecond;
};

std::optional<Uptime> uptime_in(const Subject& subject, size_t index) {
  static const Regex word(R"(\b(uptime|laufzeit|betriebszeit|up for)\b)");
  static const Regex bare(R"(\b(?:uptime|laufzeit)\b[^.;|0-9]{0,60}?(\d{1,3}(?:[,.]\d{3})+|\d{2,8})\b)");
  const std::string_view text = subject.text.statements[index].text;
  const auto at = word.find(text);
  if (at.empty()) return std::nullopt;
  for (const DurationMention* duration : subject.mentions.durations_in(index)) {
    if (duration->approximate) continue;
    const size_t distance = duration->at > at[0].at ? duration->at - at[0].at : at[0].at - duration->at;
    if (distance < 60) return Uptime{duration->value, duration->unit};
  }
  const auto number = bare.find(text);
  if (number.empty()) return std::nullopt;
  const size_t end = number[1].at + number[1].text.size();
  if (end < text.size() && (text[end] == ':' || text[end] == '%' || text[end] == '-')) return std::nullopt;
  std::string digits;
  for (const char c : number[1].text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  const auto seconds = parse_int<int64_t>(digits);
  if (!seconds || *seconds < 60 || *seconds > 400'000'000) return std::nullopt;
  return Uptime{*seconds * kSecond, kSecond};
}

// "19:12 UTC", less the uptime, in the zone of the claim.
std::string moment_text(const TimeMention& sample, const TimeMention& claim, Ns uptime) {
  Ns local = sample.of_day - uptime;
  const bool convert = sample.zone && claim.zone;
  if (convert) local += claim.zone->offset - sample.zone->offset;
  local %= kDay;
  if (local < 0) local += kDay;
  std::string text = format_clock({local, Precision::Second});
  if (const auto& zone = claim.zone ? claim.zone : sample.zone) text += " " + zone->name;
  return text;
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  const auto& statements = subject.text.statements;
  size_t looked = 0;
  for (size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].kind == Kind::Code || statements[i].withdrawn) continue;
    const auto uptime = uptime_in(subject, i);
    const auto times = subject.mentions.times_in(i);
    if (!uptime || times.empty()) continue;
    if (++looked > kMostUptimes) return;
    // The sample's time is the one that stands nearest to the word.
    const size_t word = lower(statements[i].text).find("uptime");
    const TimeMention* sample = *std::ranges::min_element(times, {}, [&](const TimeMention* time) {
      return word == std::string::npos ? 0 : time->at > word ? time->at - word : word - time->at;
    });

    // Times that are said to be those of a reset or boot: in this sentence, and in rows and items of a timeline.
    std::vector<const TimeMention*> claims;
    static const Regex marks(
        R"(\b(mark\w*|so (the|it)|therefore|hence|i\.e\.|meaning|which (is|was|means)|that is when|war also|also um|somit|damit|demnach|took place|(reset|reboot|neustart) (was|occurred|happened|war|fand)|booted at|rebooted at)\b)");
    if (reset_words().found_in(statements[i].text)) {
      // "The first sample after the reboot came at ..." names no other time, and claims nothing.
      const bool another = std::ranges::any_of(times, [&](const TimeMention* time) {
        return std::ranges::none_of(subject.mentions.between(*time, *sample), [](Ns span) { return span == 0; });
      });
      const bool claimed = marks.found_in(statements[i].text);
      for (const TimeMention* time : times) {
        const bool is_sample =
            std::ranges::any_of(subject.mentions.between(*time, *sample), [](Ns span) { return span == 0; });
        if (is_sample ? claimed && !another : claimed) claims.push_back(time);
      }
    }
    for (const TimeMention& time : subject.mentions.times) {
      if (claims.size() >= kMostClaims) break;
      const Statement& statement = statements[time.statement];
      if (time.statement == i || (statement.kind != Kind::Row && statement.kind != Kind::Item) || statement.withdrawn ||
          !reset_words().found_in(statement.text) || later_words().found_in(statement.text))
        continue;
      claims.push_back(&time);
    }
    const Ns rounding = unit(sample->precision) + uptime->unit;
    const TimeMention* wrong = nullptr;
    bool confirmed = false;
    Ns excess = 0;
    for (const TimeMention* claim : claims) {
      const bool in_sentence = claim->statement == i;
      // Where no date says on which day it was, the one that fits best is meant.
      const auto spans = subject.mentions.between(*claim, *sample);
      const auto best = std::ranges::min_element(spans, {}, [&](Ns span) { return std::abs(uptime->value - span); });
      if (best != spans.end()) {
        const Ns span = *best;
        // A sample before the reset tells of the boot before.
        if (span < (in_sentence ? -kStart : -rounding) || span > kReach) continue;
        const Ns late = uptime->value - span;  // the claim lies that long behind the computed start of the kernel
        const Ns tolerance = kMinute + rounding + unit(claim->precision) + (claim->approximate ? 10 * kMinute : 0);
        if (std::abs(late) <= tolerance || (late < 0 && -late <= kStart + tolerance)) confirmed = true;
        if (late > tolerance && late <= uptime->value + kStart && (in_sentence || span <= kMinute + kStart)) {
          if (wrong == nullptr || wrong->statement == i) {
            wrong = claim;
            excess = late;
          }
        } else if (in_sentence && claim != sample && late < -(kStart + tolerance)) {
          wrong = claim;
          excess = late;
        }
      }
    }
    if (wrong == nullptr || confirmed) continue;
    std::vector<size_t> lines = {statements[wrong->statement].line};
    const std::string& where = statements[wrong->statement].text;
    object(subject, out, i, "reset-time-mismatch",
           fmt::format(
               "An uptime of {} at {} means that the kernel started at {}, {} {} than {}: what was read then is "
               "a sample after the boot, not the boot.",
               format_duration(uptime->value), std::string_view(statements[i].text).substr(sample->at, sample->length),
               moment_text(*sample, *wrong, uptime->value), format_duration(std::abs(excess)),
               excess > 0 ? "earlier" : "later", std::string_view(where).substr(wrong->at, wrong->length)),
           {kReference}, std::move(lines));
  }
}

}  // namespace

extern const Check uptime_check;
const Check uptime_check{"does the uptime, taken from its sample's time, give the boot that is named?", run};

}  // namespace inquest::review
