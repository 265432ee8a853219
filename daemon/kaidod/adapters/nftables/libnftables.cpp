#include "adapters/nftables/libnftables.hpp"

#include <nftables/libnftables.h>

#include <boost/json.hpp>
#include <exception>
#include <memory>

namespace kaido::nftables {
namespace {

/// nft's complaint without the lines that quote the text and point into it.
Error to_error(std::string_view complaint) {
  const std::string line(complaint.substr(0, complaint.find('\n')));
  const bool denied = line.find("Operation not permitted") != std::string::npos;
  return {denied ? Condition::permission_denied : Condition::firewall_refused,
          line.empty() ? "nft gave no reason" : line};
}

Result<std::string> run_with(const std::string& commands, unsigned flags, bool check = false) {
  const std::unique_ptr<nft_ctx, decltype(&nft_ctx_free)> context(nft_ctx_new(NFT_CTX_DEFAULT),
                                                                  &nft_ctx_free);
  if (!context) return failure(Condition::firewall_refused, "nft has no memory");
  nft_ctx_output_set_flags(context.get(), flags);
  nft_ctx_set_dry_run(context.get(), check);
  nft_ctx_buffer_output(context.get());
  nft_ctx_buffer_error(context.get());
  if (nft_run_cmd_from_buffer(context.get(), commands.c_str()) != 0)
    return std::unexpected(to_error(nft_ctx_get_error_buffer(context.get())));
  return nft_ctx_get_output_buffer(context.get());
}

}  // namespace

bool absent(const Error& error) {
  return error.detail.find("No such file or directory") != std::string::npos;
}

/// Numeric: names out of /etc would make the listing depend on files that are nobody's business
/// here.
Result<std::string> run(const std::string& commands) {
  return run_with(commands,
                  NFT_CTX_OUTPUT_STATELESS | NFT_CTX_OUTPUT_NUMERIC_ALL | NFT_CTX_OUTPUT_TERSE);
}

Result<void> check(const std::string& commands) {
  const auto checked = run_with(commands, 0, true);
  if (!checked) return std::unexpected(checked.error());
  return {};
}

std::string_view text(const boost::json::object& object, const char* member) {
  const auto* value = object.if_contains(member);
  const auto* string = value == nullptr ? nullptr : value->if_string();
  return string == nullptr ? std::string_view() : std::string_view(*string);
}

Result<std::vector<boost::json::object>> list_json(const std::string& command, const char* kind) {
  const auto listed = run_with(command, NFT_CTX_OUTPUT_JSON | NFT_CTX_OUTPUT_TERSE);
  if (!listed) return std::unexpected(listed.error());
  try {
    std::vector<boost::json::object> objects;
    const auto answer = boost::json::parse(*listed);
    for (const auto& item : answer.at("nftables").as_array())
      if (const auto* object = item.as_object().if_contains(kind))
        objects.push_back(object->as_object());
    return objects;
  } catch (const std::exception&) {
    return failure(Condition::firewall_refused, "nft's answer makes no sense");
  }
}

}  // namespace kaido::nftables
