// Which facts a rule can ask for.
#pragma once

#include <string_view>

namespace inquest::rules {

// Whether decoders set facts of such a key: of the kernel by their whole names, else by the first word before the dot.
// Keys without a dot ("mount"), and with a pattern for that word, are taken as they are. A key that no decoder sets is
// a slip of the pen: it would be known of no host, and its rule would wait for ever.
bool may_be_fact(std::string_view key);

}  // namespace inquest::rules
