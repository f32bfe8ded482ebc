// Claims that are known to be wrong, or to say more than their author can know: src/review/claims/*.toml.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "review/contradiction.h"
#include "review/post_mortem.h"
#include "review/regex.h"

namespace inquest::review {

// One rule. Regular expressions are RE2's, without case; all of a list called `when` must match, one of a list called
// `unless` is enough. docs/review-rules.md describes the file's format.
struct ClaimRule {
  enum class Place : uint8_t { Prose, Code, Any };

  std::string id;
  std::string file;  // "netconsole.toml", for messages
  Place place = Place::Prose;
  bool hedged = false;             // said with "may" it is wrong as well
  std::vector<const Regex*> when;  // of the statement
  std::vector<const Regex*> unless;
  std::vector<const Regex*> context;         // of its headings, what leads to it, and its whole paragraph
  std::vector<const Regex*> context_unless;  // of the same without the headings, which only say what it is about
  std::vector<const Regex*> document;        // of the whole text, line by line
  std::vector<const Regex*> document_unless;
  std::string because;
  std::vector<std::string> see;
  std::vector<std::string> flags;   // texts that it must flag
  std::vector<std::string> silent;  // texts on which it must be silent
};

class ClaimRules {
 public:
  // The rules of that text, or what is wrong with it, with file and line: a rule without reason, reference or cases,
  // an expression that RE2 refuses, an id that is taken, a key that does not exist.
  Result<void> add(std::string_view toml, std::string_view file);
  std::span<const ClaimRule> rules() const { return rules_; }

  // One contradiction a rule, at the first statement that it flags; others of the same are in `lines`.
  void run(const PostMortem& text, std::vector<Contradiction>& out) const;

  // Those that the program carries.
  static const ClaimRules& built_in();

 private:
  std::vector<ClaimRule> rules_;
  std::vector<std::unique_ptr<Regex>> regexes_;
};

// The files of src/review/claims/ as they were when the program was built: a generated table.
struct RuleFile {
  std::string_view name;
  std::string_view text;
};
std::span<const RuleFile> rule_files();

}  // namespace inquest::review
