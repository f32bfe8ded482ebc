// The store in a recorder's folder, for those who only read it.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "store/store.h"

namespace inquest::app {

// Of a recorder that may be running; what it has now is read. NotFound where there is no store.
Result<std::unique_ptr<store::Store>> open_store_folder(const std::string& folder);

}  // namespace inquest::app
