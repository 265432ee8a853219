#include "config/load.hpp"

#include <malloc.h>

#include <algorithm>
#include <expected>

#include "config/draft.hpp"
#include "config/files.hpp"
#include "config/material.hpp"
#include "config/schema.hpp"
#include "config/shape.hpp"

namespace kaido::config {
namespace {

constexpr char kWriteIt[] = "write it; the samples in configs/ are a start";
/// A fleet's hub with 10,000 sites has 3 MB.
constexpr std::size_t kLargestText = std::size_t{64} << 20;

Loaded build(std::string_view text, const std::filesystem::path& file, const LoadOptions& options) {
  const auto document = parse(text);
  if (!document) {
    auto mistake = document.error();
    mistake.file = file.string();
    return std::unexpected(Diagnostics{std::move(mistake)});
  }
  Mistakes mistakes(file.string());
  const auto role = stated_role(*document);
  check_shape(*document, role ? roles_of(*role) : kAll, mistakes);
  if (!role) return std::unexpected(std::move(mistakes).take());

  auto draft = read(*document, *role, mistakes);
  check(draft, mistakes);
  if (options.read_files) {
    load_identity(draft, file.parent_path(), options.now, mistakes);
    load_people(draft, file.parent_path(), options.now, mistakes);
    load_wireguard_keys(draft, file.parent_path(), options.create_keys, mistakes);
  }
  if (!mistakes.empty()) return std::unexpected(std::move(mistakes).take());
  std::ranges::sort(draft.model.slots, {}, &Slot::number);
  std::ranges::sort(draft.model.sites, {}, &Site::number);
  return LoadedConfiguration{std::move(draft.model), std::move(draft.identities)};
}

Loaded whole_file(const std::filesystem::path& file, const FileFault& fault) {
  return std::unexpected(Diagnostics{{.file = file.string(),
                                      .message = fault.message,
                                      .hint = fault.hint,
                                      .forbidden = fault.forbidden}});
}

}  // namespace

Loaded load_text(std::string_view text, const std::filesystem::path& file,
                 const LoadOptions& options) {
  if (text.size() > kLargestText)
    return whole_file(file, {.message = "the file is larger than 64 MiB"});
  auto loaded = build(text, file, options);
  // The tree of a large file is many small blocks; without this the daemon would keep their pages.
  if (text.size() > 1 << 20) malloc_trim(0);
  return loaded;
}

Loaded load_file(const std::filesystem::path& file, const LoadOptions& options) {
  const auto content = read_file(file, {.largest = kLargestText});
  if (!content) {
    auto fault = content.error();
    if (fault.missing) fault.hint = kWriteIt;
    return whole_file(file, fault);
  }
  return load_text(content->reveal_text(), file, options);
}

}  // namespace kaido::config
