// What is known about one death, as the conditions of rules and hypotheses ask for it.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/inquiry.h"
#include "reason/death.h"
#include "reason/experiments.h"
#include "reason/features.h"
#include "rules/condition.h"

namespace inquest::reason {

// A case, seen from one of its incidents. What it refers to must outlive it.
class World final : public rules::World {
 public:
  World(const Scene& scene, const Death& death, const model::Incident& incident, std::vector<Feature> features,
        const std::vector<model::Finding>& findings);

  std::vector<rules::Answer> answers(rules::Subject subject, std::string_view name) const override;

  // What stands behind an answer of this world, to be cited.
  const model::Statement& statement(const rules::Answer& answer) const { return known_[answer.handle].statement; }

  // The tables of runs that somebody kept about this host.
  const std::vector<Experiment>& experiments() const { return experiments_; }

  // A rule that fired: known from now on.
  void add_rule(std::string_view id, model::Statement statement);
  // A rule whose patterns some line matched, whether or not its condition holds.
  void add_lines(std::string_view id) { with_lines_.emplace(id); }
  bool has_lines(std::string_view id) const { return with_lines_.contains(id); }

 private:
  struct Known {
    rules::Subject subject{};
    std::string name;
    std::string value;
    model::Statement statement;
  };

  void add(rules::Subject subject, std::string name, std::string value, model::Statement statement);
  void add_facts(const Scene& scene, model::StrId host);
  void add_observations(const Scene& scene, const Death& death);
  void add_watched(const Scene& scene, const Death& death, const model::Incident& incident);

  std::vector<Known> known_;
  std::vector<Experiment> experiments_;
  std::set<std::string, std::less<>> with_lines_;
};

}  // namespace inquest::reason
