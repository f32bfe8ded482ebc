#include "app/store_folder.h"

#include <utility>

#include "store/sqlite_store.h"

namespace inquest::app {

Result<std::unique_ptr<store::Store>> open_store_folder(const std::string& folder) {
  store::SqliteSettings settings;
  settings.folder = folder;
  settings.read_only = true;
  auto store = store::SqliteStore::open(std::move(settings));
  if (!store) return fail(store.error());
  return std::unique_ptr<store::Store>(std::move(*store));
}

}  // namespace inquest::app
