// Claims that src/review/claims/*.toml knows to be wrong, or to go further than what they rest on.
#include "review/check.h"
#include "review/claim_rule.h"

namespace inquest::review {
namespace {

void run(const Subject& subject, std::vector<Contradiction>& out) { ClaimRules::built_in().run(subject.text, out); }

}  // namespace

extern const Check claims_check;
const Check claims_check{"does it say what is known to be wrong, or more than it can know?", run};

}  // namespace inquest::review
