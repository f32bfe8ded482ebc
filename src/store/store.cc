#include "store/store.h"

namespace inquest::store {

CheckedLines Store::check(std::string_view /*bucket*/, std::string text, TimeUnit unit, Ns now) {
  return check_lines(std::move(text), unit, now);
}

}  // namespace inquest::store
