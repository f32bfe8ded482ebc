#include "reason/weigh.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/mentions.h"

namespace inquest::reason {
namespace {

using model::Contribution;
using model::Hypothesis;
using model::Statement;

// Words for probabilities; docs/design/0004-weighing.md.
constexpr double kLikely = 0.5;
constexpr double kPossible = 0.1;

// How much likelier a change to what a hypothesis is about is shortly before a death that it led to: twice, less
// with each week, and hardly at all where nobody knows when it was.
constexpr double kChange = 0.8;
constexpr Ns kFades = 14 * kDay;
constexpr double kUndated = 0.2;

constexpr int kRounds = 4;  // rules that ask for rules that ask for rules

std::string words_of(double probability) {
  return probability >= kLikely ? "likely" : probability >= kPossible ? "possible" : "unlikely";
}

std::vector<model::Citation> cites_of(const World& world, std::span<const rules::Ground> grounds) {
  std::vector<model::Citation> out;
  for (const rules::Ground& ground : grounds) {
    const auto& cites = world.statement(ground.answer).cites;
    out.insert(out.end(), cites.begin(), cites.end());
  }
  return out;
}

bool asks_for_rules(const rules::Condition& condition) {
  const auto is_rule = [](const rules::Term& term) { return term.subject == rules::Subject::Rule; };
  return std::ranges::any_of(condition.all, is_rule) || std::ranges::any_of(condition.any, is_rule) ||
         std::ranges::any_of(condition.none, is_rule);
}

// The sum of one hypothesis. Of what depends on each other, only the strongest counts, each way.
class Sum {
 public:
  void add(const std::string& group, Contribution one) {
    auto& best = strongest_[{group, one.log_odds > 0}];
    if (best) {
      Contribution& other = terms_[*best];
      if (std::abs(other.log_odds) >= std::abs(one.log_odds)) {
        one.log_odds = 0;
      } else {
        other.log_odds = 0;
        best.reset();
      }
    }
    if (!best && one.log_odds != 0) best = terms_.size();
    terms_.push_back(std::move(one));
  }
  double total() const {
    double out = 0;
    for (const Contribution& one : terms_) out += one.log_odds;
    return out;
  }
  std::vector<Contribution> take() {
    std::ranges::stable_sort(terms_, std::greater(), [](const Contribution& one) { return std::abs(one.log_odds); });
    return std::move(terms_);
  }

 private:
  std::map<std::pair<std::string, bool>, std::optional<size_t>> strongest_;
  std::vector<Contribution> terms_;
};

class Weighing {
 public:
  Weighing(const rules::KnowledgeBase& base, std::span<const Fired> fired, const World& world,
           const model::Incident& incident)
      : base_(base), fired_(fired), world_(world), incident_(incident) {}

  std::vector<Hypothesis> run() {
    for (const rules::Hypothesis& one : base_.hypotheses()) {
      const auto base = std::ranges::find(one.base, incident_.incident_class, &rules::BaseRate::class_name);
      if (base == one.base.end()) continue;
      if (!one.considered.empty() && !rules::holds({.any = one.considered}, world_)) continue;
      out_.push_back(weigh_one(one, *base));
    }
    share();
    return std::move(out_);
  }

 private:
  Hypothesis weigh_one(const rules::Hypothesis& one, const rules::BaseRate& base) {
    Hypothesis out;
    out.id = one.id;
    out.title = one.title;
    out.kind = to_string(one.kind);
    out.explain = one.explain;
    out.base = base.rate;
    out.base_reason = base.because;
    out.base_source = base.source;
    out.concerns = one.components;
    out.concerns.insert(out.concerns.end(), one.modules.begin(), one.modules.end());
    for (const rules::Action& action : one.actions) out.actions.push_back({action.text, action.command});
    rule_out(one, out);
    Sum sum;
    by_rules(one, sum);
    by_culprit(one, sum);
    by_changes(one, sum);
    by_experiments(one, sum);
    by_absence(one, sum, out);
    name_unknowns(one, out);
    weights_.push_back(base.rate * std::exp(sum.total()));
    out.sum = sum.take();
    for (const Contribution& term : out.sum) {
      if (term.log_odds == 0) continue;
      auto& side = term.log_odds > 0 ? out.speaks_for : out.against;
      side.push_back({fmt::format("{} ({:+.1f})", term.text, term.log_odds), term.cites});
    }
    return out;
  }

  void rule_out(const rules::Hypothesis& one, Hypothesis& out) const {
    for (const rules::Contradiction& contradiction : one.contradicted) {
      const rules::Judgement judgement = rules::judge(contradiction.when, world_);
      if (!judgement.holds) continue;
      out.status = "ruled-out";
      out.against.push_back({contradiction.because, cites_of(world_, judgement.grounds)});
    }
  }

  void by_rules(const rules::Hypothesis& one, Sum& sum) const {
    for (const Fired& fired : fired_) {
      const auto own = [&](const rules::Effect& effect) { return effect.hypothesis == one.id; };
      const bool named =
          std::ranges::any_of(fired.rule->supports, own) || std::ranges::any_of(fired.rule->opposes, own);
      const std::string& meant = named ? one.id : one.is_a;
      const auto effects = [&](const std::vector<rules::Effect>& list, double sign) {
        for (const rules::Effect& effect : list) {
          if (meant.empty() || effect.hypothesis != meant) continue;
          sum.add(fired.rule->group, {fmt::format("{}: {}", fired.statement.text, effect.because),
                                      sign * rules::log_odds(effect.strength), fired.rule->id, fired.statement.cites});
        }
      };
      effects(fired.rule->supports, 1);
      effects(fired.rule->opposes, -1);
    }
  }

  // What a trace blames is what the hypothesis is about.
  void by_culprit(const rules::Hypothesis& one, Sum& sum) const {
    const std::string& module = incident_.culprit.module;
    if (module.empty() || std::ranges::find(one.modules, module) == one.modules.end()) return;
    const auto& reasons = incident_.class_reasons;
    sum.add("crash-text", {fmt::format("What the trace blames is in {}.", printable(module)),
                           rules::log_odds(rules::Strength::Strong), "",
                           reasons.empty() ? incident_.death_cites : reasons.back().cites});
  }

  // Changes to what it is about, by how long before the death. Several at once can't be told apart.
  void by_changes(const rules::Hypothesis& one, Sum& sum) const {
    for (const model::Change& change : incident_.changes) {
      const auto concerns = [&](const std::string& word) { return mentions(change.text, word); };
      if (!std::ranges::any_of(one.modules, concerns) && !std::ranges::any_of(one.components, concerns)) continue;
      double weight = kUndated;
      std::string when = "at a time that is not known";
      const auto before = age(change);
      if (before) {
        weight = kChange * std::exp(-static_cast<double>(*before) / static_cast<double>(kFades));
        // Of what only has a day, hours would be made up.
        const bool day = change.time->precision == Precision::Day;
        const auto days = static_cast<uint64_t>((*before + kDay / 2) / kDay);
        when = (day ? counted(std::max<uint64_t>(days, 1), "day") : format_duration(*before)) + " before the death";
      }
      std::string text = fmt::format("It was changed {}: \"{}\".", when, change.text);
      if (const size_t others = before ? together(change, *before) : 0; others > 0) {
        weight /= 2;
        text += fmt::format(" {} was changed in the same time, so which of them matters can't be told apart.",
                            others == 1 ? std::string("Something else") : fmt::format("{} other things", others));
      }
      if (weight >= 0.05) sum.add("change", {std::move(text), weight, "", change.cites});
    }
  }
  // Runs that somebody made to find out: two tables of one fault are not independent.
  void by_experiments(const rules::Hypothesis& one, Sum& sum) const {
    for (const Experiment& runs : world_.experiments()) {
      if (auto term = contribution_of(runs, one)) sum.add("experiment", std::move(*term));
    }
  }
  std::optional<Ns> age(const model::Change& change) const {
    const auto& death = incident_.death.after ? incident_.death.after : incident_.death.before;
    if (!change.time || !death) return std::nullopt;
    return std::max<Ns>(0, death->ns - change.time->middle());
  }
  // Other changes that are not much older: within twice the time before the death, or a day.
  size_t together(const model::Change& change, Ns before) const {
    return static_cast<size_t>(std::ranges::count_if(incident_.changes, [&](const model::Change& other) {
      const auto its = age(other);
      return &other != &change && its && *its <= std::max(2 * before, kDay);
    }));
  }

  // A trace that is missing speaks against it only where something watched that would have shown it.
  void by_absence(const rules::Hypothesis& one, Sum& sum, Hypothesis& out) const {
    for (const rules::Expectation& expected : one.expects) {
      if (rules::holds(expected.trace, world_)) continue;
      const auto watching = world_.answers(rules::Subject::Watched, expected.watched);
      if (!watching.empty()) {
        const Statement& proof = world_.statement(watching.front());
        sum.add("absence of " + expected.text,
                {fmt::format("No trace of {}, though something watched for it: {}", expected.text, proof.text),
                 -rules::log_odds(expected.strength), "", proof.cites});
        continue;
      }
      out.missing.push_back(
          {fmt::format("{}: nothing is known to have watched for it. {}", sentence(expected.text), expected.because),
           {}});
    }
    if (out.status == "ruled-out") return;
    for (const rules::Contradiction& open : one.contradicted) {
      if (!open.text.empty() && !rules::holds(open.when, world_))
        out.missing.push_back({fmt::format("{} might rule it out.", sentence(open.text)), {}});
    }
  }
  // What nobody looked at and would speak against it: a reader must not take its absence for a clean bill.
  void name_unknowns(const rules::Hypothesis& one, Hypothesis& out) const {
    if (out.status == "ruled-out") return;
    std::string titles;
    for (const rules::Rule& rule : base_.rules()) {
      const auto opposes = [&](const rules::Effect& effect) {
        return effect.hypothesis == one.id || effect.hypothesis == one.is_a;
      };
      if (!rule.match.empty() && !world_.has_lines(rule.id)) continue;
      if (std::ranges::none_of(rule.opposes, opposes) || !unknown(rule.condition)) continue;
      titles += fmt::format("{}\"{}\"", titles.empty() ? "" : ", ", rule.title);
    }
    if (!titles.empty()) out.missing.push_back({fmt::format("Not known, and would speak against it: {}.", titles), {}});
  }

  // Whether a condition fails for want of knowledge alone: nothing that it asks for is known to be otherwise.
  bool unknown(const rules::Condition& condition) const {
    bool wanting = false;
    const auto open = [&](const rules::Term& term) {
      const auto answers = world_.answers(term.subject, term.name);
      if (term.subject == rules::Subject::Rule || term.subject == rules::Subject::Class) return !answers.empty();
      wanting = wanting || answers.empty();
      return answers.empty() ||
             std::ranges::any_of(answers, [&](const rules::Answer& answer) { return term.accepts(answer.value); });
    };
    const bool all = std::ranges::all_of(condition.all, open);
    const bool any = condition.any.empty() || std::ranges::any_of(condition.any, open);
    return all && any && wanting && !rules::holds(condition, world_) && rules::holds({.none = condition.none}, world_);
  }

  static std::string sentence(std::string text) {
    if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
  }

  void share() {
    double total = 0;
    for (size_t i = 0; i < out_.size(); ++i) {
      if (out_[i].status.empty()) total += weights_[i];
    }
    for (size_t i = 0; i < out_.size(); ++i) {
      if (!out_[i].status.empty() || total <= 0) continue;
      out_[i].probability = weights_[i] / total;
      out_[i].status = words_of(out_[i].probability);
    }
    std::ranges::stable_sort(out_, [](const Hypothesis& a, const Hypothesis& b) {
      const bool a_out = a.status == "ruled-out";
      const bool b_out = b.status == "ruled-out";
      return a_out != b_out ? b_out : a.probability > b.probability;
    });
  }

  const rules::KnowledgeBase& base_;
  std::span<const Fired> fired_;
  const World& world_;
  const model::Incident& incident_;
  std::vector<Hypothesis> out_;
  std::vector<double> weights_;  // of out_, while it is in the order of the knowledge base
};

}  // namespace

std::vector<Fired> fire(const rules::KnowledgeBase& base, std::vector<Fired> lines, World& world) {
  std::vector<Fired> out;
  std::set<std::string_view> known;
  const auto take = [&](const rules::Rule& rule, std::vector<model::Citation> cites) {
    known.insert(rule.id);
    world.add_rule(rule.id, {rule.title, cites});
    out.push_back({&rule, {rule.title, std::move(cites)}});
  };
  for (int round = 0; round < kRounds; ++round) {
    const size_t before = known.size();
    for (const Fired& line : lines) {
      if (known.contains(line.rule->id) || (round == 0 && asks_for_rules(line.rule->condition))) continue;
      if (line.rule->condition.empty() || rules::holds(line.rule->condition, world))
        take(*line.rule, line.statement.cites);
    }
    for (const rules::Rule& rule : base.rules()) {
      if (!rule.match.empty() || known.contains(rule.id)) continue;
      if (round == 0 && asks_for_rules(rule.condition)) continue;  // when it is known which others fire
      const rules::Judgement judgement = rules::judge(rule.condition, world);
      if (judgement.holds) take(rule, cites_of(world, judgement.grounds));
    }
    if (round > 0 && known.size() == before) break;
  }
  for (const Fired& line : lines) world.add_lines(line.rule->id);
  std::erase_if(out, [&](const Fired& one) {
    return std::ranges::any_of(out, [&](const Fired& other) {
      return other.rule->match.empty() && std::ranges::find(other.rule->hides, one.rule->id) != other.rule->hides.end();
    });
  });
  return out;
}

std::vector<Hypothesis> weigh(const rules::KnowledgeBase& base, std::span<const Fired> fired, const World& world,
                              const model::Incident& incident) {
  return Weighing(base, fired, world, incident).run();
}

std::vector<OpenCheck> open_checks(const rules::KnowledgeBase& base, const World& world,
                                   std::span<const Hypothesis> hypotheses) {
  std::vector<OpenCheck> out;
  for (const Hypothesis& one : hypotheses) {
    const rules::Hypothesis* source = base.hypothesis(one.id);
    if (source == nullptr || one.status == "ruled-out") continue;
    for (const rules::Expectation& expected : source->expects) {
      if (expected.get.empty() || rules::holds(expected.trace, world) ||
          !world.answers(rules::Subject::Watched, expected.watched).empty())
        continue;
      // The most is learned about what is neither sure nor out of the question.
      const double gain = rules::log_odds(expected.strength) * one.probability * (1 - one.probability);
      const auto known = std::ranges::find(out, expected.get, &OpenCheck::command);
      if (known != out.end()) {
        known->gain += gain;
        continue;
      }
      out.push_back(
          {fmt::format("Look for {}: it tells whether \"{}\" holds.", expected.text, one.title), expected.get, gain});
    }
  }
  std::ranges::stable_sort(out, std::greater(), &OpenCheck::gain);
  return out;
}

}  // namespace inquest::reason
