#include "reason/signs.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/mentions.h"

namespace inquest::reason {
namespace {

constexpr Ns kBefore = kHour;         // others' lines before the death
constexpr Ns kBehind = 10 * kMinute;  // and behind it: fencing takes its time
constexpr Ns kStart = 15 * kMinute;   // of the next boot, in which it tells of the one before
constexpr Ns kEver = std::numeric_limits<Ns>::max();
constexpr Ns kBanks = kMinute;     // ... in which a kernel empties the banks of the processor
constexpr Ns kUnplaced = kDay;     // lines of the host that belong to no boot
constexpr Ns kLast = 5 * kMinute;  // before the last sign of life: last words
constexpr size_t kMostCites = 4;

bool of_power(const rules::Rule& rule) { return rule.class_name == "power" || rule.class_name == "power-loss"; }

class Signs {
 public:
  Signs(const Scene& scene, const Death& death, const rules::KnowledgeBase& base)
      : scene_(scene), case_(scene.the_case), death_(death), base_(base) {}

  std::vector<Fired> run() {
    for (const model::Sign& sign : case_.signs) {
      const rules::Rule* rule = base_.rule(sign.rule);
      if (rule != nullptr) take(*rule, sign);
    }
    return std::move(out_);
  }

 private:
  void take(const rules::Rule& rule, const model::Sign& sign) {
    std::vector<model::Citation> cites;
    for (const model::EventId event : sign.events) {
      if (cites.size() < kMostCites && concerns(rule, sign, event)) cites.push_back(case_.cite(event));
    }
    if (cites.empty()) return;
    const auto known = std::ranges::find(out_, &rule, &Fired::rule);
    if (known == out_.end()) {
      out_.push_back({&rule, {rule.title, std::move(cites)}});
      return;
    }
    for (model::Citation& cite : cites) {
      if (known->statement.cites.size() < kMostCites) known->statement.cites.push_back(cite);
    }
  }

  bool concerns(const rules::Rule& rule, const model::Sign& sign, model::EventId event) const {
    if (scene_.names.host(sign.host) != death_.host) return by_others(rule, sign, event);
    if (death_.boot != nullptr && holds(case_, *death_.boot, event)) {
      return !left_before(rule, *death_.boot, event, kEver) && !too_late(event);
    }
    if (death_.next != nullptr && holds(case_, *death_.next, event)) {
      return left_before(rule, *death_.next, event, kStart);
    }
    if (std::ranges::any_of(scene_.boots, [&](const BootTrack& boot) { return holds(case_, boot, event); }))
      return false;
    // A log of the host that no boot claims: a controller's record, a daemon's own file.
    const auto when = case_.when(event);
    if (!when) return death_.boot == nullptr;
    return around(*when, kUnplaced, kBehind);
  }

  // Whether a line of that boot tells of the one before it; what is left behind is told of `within` the boot's start.
  bool left_before(const rules::Rule& rule, const BootTrack& boot, model::EventId event, Ns within) const {
    switch (rule.telling) {
      case rules::Telling::BootBefore: return at_start_of(case_, boot, event, within);
      case rules::Telling::Banks: return at_start_of(case_, boot, event, kBanks);
      default: return false;
    }
  }

  bool by_others(const rules::Rule& rule, const model::Sign& sign, model::EventId event) const {
    const auto when = case_.when(event);
    if (!when || !around(*when, kBefore, kBehind)) return false;
    const std::string_view name = case_.str(death_.host);
    if (rule.telling == rules::Telling::Guests) return !of_another_guest(sign, event);
    return of_power(rule) || (!name.empty() && case_.message(event).find(name) != std::string::npos);
  }

  // Whether a hypervisor's line names a guest by its number, and that number is known to be another's.
  bool of_another_guest(const model::Sign& sign, model::EventId event) const {
    static constexpr std::string_view kPrefix = "guest.";
    static constexpr std::string_view kSuffix = ".name";
    const std::string message = case_.message(event);
    return std::ranges::any_of(case_.facts, [&](const model::Fact& fact) {
      const std::string_view key = fact.key;
      if (!key.starts_with(kPrefix) || !key.ends_with(kSuffix)) return false;
      if (scene_.names.host(fact.host) != scene_.names.host(sign.host)) return false;
      const std::string_view id = key.substr(kPrefix.size(), key.size() - kPrefix.size() - kSuffix.size());
      return fact.value != case_.str(death_.host) && mentions(message, id);
    });
  }

  // Of a host that lived on, what came later is no sign of what took it off the network.
  bool too_late(model::EventId event) const {
    if (death_.fate != Fate::Alive) return false;
    const auto when = case_.when(event);
    return when && death_.before && when->earliest > death_.before->latest + kBehind;
  }

  bool around(const model::Moment& when, Ns before, Ns behind) const {
    const auto& first = death_.after ? death_.after : death_.before;
    const auto& last = death_.before ? death_.before : death_.after;
    if (!first || !last) return true;
    return when.latest >= first->earliest - before && when.earliest <= last->latest + behind;
  }

  const Scene& scene_;
  const model::Case& case_;
  const Death& death_;
  const rules::KnowledgeBase& base_;
  std::vector<Fired> out_;
};

}  // namespace

std::vector<Fired> signs_of(const Scene& scene, const Death& death, const rules::KnowledgeBase& base) {
  return Signs(scene, death, base).run();
}

std::vector<Feature> last_words(const Scene& scene, const Death& death, const rules::KnowledgeBase& base) {
  std::vector<Feature> out;
  if (death.boot == nullptr || !death.after) return out;
  const model::Case& the_case = scene.the_case;
  for (const model::Sign& sign : the_case.signs) {
    const rules::Rule* rule = base.rule(sign.rule);
    if (rule == nullptr || rule->telling != rules::Telling::ThisBoot || !holds(the_case, *death.boot, sign.last))
      continue;
    const auto when = the_case.when(sign.last);
    if (!when || when->earliest > death.after->latest || death.after->latest - when->latest > kLast) continue;
    if (std::ranges::find(out, sign.rule, &Feature::value) != out.end()) continue;
    out.push_back(
        {"last-words", sign.rule, fmt::format("Among its last words: {}.", rule->title), {the_case.cite(sign.last)}});
  }
  return out;
}

}  // namespace inquest::reason
