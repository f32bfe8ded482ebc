#include "rules/knowledge_base.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "rules/read_rule.h"

namespace inquest::rules {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLargestFile = 1 << 20;
constexpr size_t kMostFiles = 5'000;

Result<std::string> contents(const std::string& path) {
  const auto file = File::open(path);
  if (!file) return fail(file.error());
  if (file->size() > kLargestFile) return fail({ErrorCode::Limit, "larger than 1 MiB: no rule is", path, 0, 0});
  std::string text(file->size(), '\0');
  const auto got = file->read_at(0, text);
  if (!got) return fail(got.error());
  text.resize(*got);
  return text;
}

// Reads folders, then looks up what their files mention.
class Loading {
 public:
  explicit Loading(const KnowledgeBase* known) : known_(known) {}

  void folder(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      faults_.push_back({ErrorCode::NotFound, "no such folder", path, 0, 0});
      return;
    }
    std::vector<std::string> files;
    for (fs::recursive_directory_iterator at(path, error), end; !error && at != end && files.size() < kMostFiles;
         at.increment(error)) {
      if (at->path().extension() == ".toml") files.push_back(at->path().string());
    }
    if (error) faults_.push_back({ErrorCode::Io, error.message(), path, 0, 0});
    std::ranges::sort(files);  // so that the same folder gives the same faults
    for (const std::string& file : files) read(file, path);
  }

  Loaded finish() && {
    for (const Mention& each : mentions_) look_up(each);
    refuse_cycles();
    if (known_ != nullptr) {
      rules_.insert(rules_.end(), known_->rules().begin(), known_->rules().end());
      hypotheses_.insert(hypotheses_.end(), known_->hypotheses().begin(), known_->hypotheses().end());
    }
    return {KnowledgeBase(std::move(rules_), std::move(hypotheses_)), std::move(faults_)};
  }

 private:
  void read(const std::string& file, const std::string& folder) {
    const auto text = contents(file);
    if (!text) {
      faults_.push_back(text.error());
      return;
    }
    const fs::path path(file);
    const bool hypothesis = path.parent_path() == fs::path(folder) / "hypotheses";
    // Also of a file that is refused: who mentions it makes no second fault.
    const std::string id = path.stem().string();
    auto& ids = hypothesis ? hypothesis_files_ : rule_files_;
    const bool twice = !ids.try_emplace(id, file).second;
    const bool builtin =
        known_ != nullptr && (hypothesis ? known_->hypothesis(id) != nullptr : known_->rule(id) != nullptr);
    if (twice || builtin) {
      faults_.push_back({ErrorCode::Malformed,
                         fmt::format("a second {} with the id {}: the other is {}", hypothesis ? "hypothesis" : "rule",
                                     id, twice ? ids[id] : "built in"),
                         file, 0, 1});
      return;
    }
    if (hypothesis) {
      if (auto one = read_hypothesis(*text, file, mentions_, faults_)) hypotheses_.push_back(std::move(*one));
    } else if (auto one = read_rule(*text, file, mentions_, faults_)) {
      rules_.push_back(std::move(*one));
    }
  }

  void look_up(const Mention& mention) {
    const bool rule = mention.kind == Mention::Kind::Rule;
    if (rule && mention.id.contains('*')) {
      const auto meant = [&](std::string_view id) { return name_means(mention.id, id); };
      const bool any =
          std::ranges::any_of(rule_files_, [&](const auto& file) { return meant(file.first); }) ||
          (known_ != nullptr && std::ranges::any_of(known_->rules(), [&](const Rule& each) { return meant(each.id); }));
      if (!any) refuse(mention.file, mention.line, fmt::format("there is no rule with an id like {}", mention.id));
      return;
    }
    if ((rule ? rule_files_ : hypothesis_files_).contains(mention.id)) return;
    if (known_ != nullptr && (rule ? known_->rule(mention.id) != nullptr : known_->hypothesis(mention.id) != nullptr))
      return;
    refuse(mention.file, mention.line,
           fmt::format("there is no {} with the id {}", rule ? "rule" : "hypothesis", mention.id));
  }

  void refuse(const std::string& file, uint64_t line, std::string why) {
    faults_.push_back({ErrorCode::Malformed, std::move(why), file, 0, line});
    std::erase_if(rules_, [&](const Rule& rule) { return rule.file == file; });
    std::erase_if(hypotheses_, [&](const Hypothesis& each) { return each.file == file; });
  }

  // Rules that wait for each other would never fire, or depend on the order of asking.
  void refuse_cycles() {
    std::map<std::string_view, const Rule*> by_id;
    for (const Rule& rule : rules_) by_id.emplace(rule.id, &rule);
    std::set<std::string_view> done;
    std::vector<std::pair<std::string, std::string>> refused;  // file, why
    for (const Rule& rule : rules_) {
      std::vector<std::string_view> path;
      if (const auto again = cycle_from(rule.id, by_id, path, done))
        refused.emplace_back(rule.file,
                             fmt::format("the rule waits for itself: {} -> {}", fmt::join(path, " -> "), *again));
    }
    for (auto& [file, why] : refused) refuse(file, 1, std::move(why));
  }

  // The id at which a way along `rule` terms comes back to itself, with the way in `path`.
  static std::optional<std::string_view> cycle_from(std::string_view id,
                                                    const std::map<std::string_view, const Rule*>& by_id,
                                                    std::vector<std::string_view>& path,
                                                    std::set<std::string_view>& done) {
    if (std::ranges::find(path, id) != path.end()) return id;
    const auto found = by_id.find(id);
    if (found == by_id.end() || done.contains(id)) return std::nullopt;
    path.push_back(id);
    const Condition& condition = found->second->condition;
    for (const auto* terms : {&condition.all, &condition.any, &condition.none}) {
      for (const Term& term : *terms) {
        if (term.subject != Subject::Rule) continue;
        if (const auto again = cycle_from(term.name, by_id, path, done)) return again;
      }
    }
    path.pop_back();
    done.insert(id);
    return std::nullopt;
  }

  const KnowledgeBase* known_;
  std::vector<Rule> rules_;
  std::vector<Hypothesis> hypotheses_;
  std::vector<Mention> mentions_;
  std::map<std::string, std::string, std::less<>> rule_files_;
  std::map<std::string, std::string, std::less<>> hypothesis_files_;
  std::vector<Error> faults_;
};

template <class T>
const T* find(const std::vector<T>& sorted, std::string_view id) {
  const auto found = std::ranges::lower_bound(sorted, id, {}, [](const T& one) { return std::string_view(one.id); });
  return found == sorted.end() || found->id != id ? nullptr : &*found;
}

}  // namespace

KnowledgeBase::KnowledgeBase(std::vector<Rule> rules, std::vector<Hypothesis> hypotheses)
    : rules_(std::move(rules)), hypotheses_(std::move(hypotheses)) {
  std::ranges::sort(rules_, {}, &Rule::id);
  std::ranges::sort(hypotheses_, {}, &Hypothesis::id);
}

const Rule* KnowledgeBase::rule(std::string_view id) const { return find(rules_, id); }
const Hypothesis* KnowledgeBase::hypothesis(std::string_view id) const { return find(hypotheses_, id); }

Loaded KnowledgeBase::load(const std::string& folder) {
  Loading loading(nullptr);
  loading.folder(folder);
  return std::move(loading).finish();
}

Loaded KnowledgeBase::extended(std::span<const std::string> folders) const {
  Loading loading(this);
  for (const std::string& folder : folders) loading.folder(folder);
  return std::move(loading).finish();
}

}  // namespace inquest::rules
