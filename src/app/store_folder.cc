#include "app/store_folder.h"

#include <utility>

#include <fmt/format.h>

#if __has_include("store/sqlite_store.h")
#include "store/sqlite_store.h"
#endif

namespace inquest::app {

Result<std::unique_ptr<store::Store>> open_store_folder(const std::string& folder) {
#if __has_include("store/sqlite_store.h")
  store::SqliteSettings settings;
  settings.folder = folder;
  settings.read_only = true;
  auto store = store::SqliteStore::open(std::move(settings));
  if (!store) return fail(store.error());
  return std::unique_ptr<store::Store>(std::move(*store));
#else
  return fail(ErrorCode::Unsupported, fmt::format("{}: this build has no store that lives in a folder", folder));
#endif
}

}  // namespace inquest::app
