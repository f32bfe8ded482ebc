#include "rules/stated_world.h"

namespace inquest::rules {

std::vector<Answer> StatedWorld::answers(Subject subject, std::string_view name) const {
  std::vector<Answer> out;
  for (size_t i = 0; i < statements_.size(); ++i) {
    const Term& statement = statements_[i];
    if (statement.subject == subject && name_means(name, statement.name)) out.push_back({statement.value, i});
  }
  return out;
}

}  // namespace inquest::rules
