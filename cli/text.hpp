// Every text that a person sees from `kaido` itself: another language replaces the text*.cpp
// and nothing else. (The texts of conditions lie in the catalogue,
// include/kaido/conditions.cpp.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/model.hpp"
#include "core/report.hpp"

namespace kaido::cli::text {

struct Help {
  const char* name;  ///< of the verb; not translated
  const char* what;
  const char* examples;
};

extern const char* const program;
extern const char* const footer;
extern const char* const verbs;
extern const Help help_status;
extern const Help help_tunnels;
extern const Help help_paths;
extern const Help help_switch;
extern const Help help_up;
extern const Help help_down;
extern const Help help_config;
extern const Help help_check;
extern const Help help_diff;
extern const Help help_apply;
extern const Help help_show;
extern const Help help_site_entry;
extern const Help help_log;
extern const Help help_teardown;
extern const Help help_version;
extern const char* const option_json;
extern const char* const option_config;
extern const char* const option_version;
extern const char* const option_state_dir;
extern const char* const option_watch;
extern const char* const option_name;
extern const char* const option_path_name;
extern const char* const option_minute;
extern const char* const option_why;
extern const char* const option_network;
extern const char* const option_path;
extern const char* const option_hub;
extern const char* const option_file_check;
extern const char* const option_file_given;
extern const char* const option_count;
extern const char* const option_follow;
extern const char* const option_yes;

// status
extern const char* const heading_uplinks;
extern const char* const heading_networks;
extern const char* const heading_sites;
extern const char* const heading_tunnels;
[[nodiscard]] std::string gateway(const StatusReport& status);
[[nodiscard]] std::string everything_works(std::size_t up, std::size_t tunnels,
                                           std::size_t disabled);
[[nodiscard]] std::string no_troubles(std::size_t up, std::size_t tunnels);
[[nodiscard]] std::string works_with_warnings(std::size_t warnings);
[[nodiscard]] std::string does_not_work(std::size_t errors, std::size_t warnings);
[[nodiscard]] std::string up_of(std::size_t up, std::size_t all);
[[nodiscard]] std::string disabled(std::size_t count);
[[nodiscard]] std::string via(const std::string& tunnel);
[[nodiscard]] std::string gateways(const std::vector<std::string>& addresses);
extern const char* const not_reachable;
extern const char* const in_use;
[[nodiscard]] std::string for_a_time(std::int64_t seconds);
[[nodiscard]] std::string more(std::size_t count);
[[nodiscard]] std::string more_fine(std::size_t count);
[[nodiscard]] std::string remedy(const std::string& sentence);

// tunnels
extern const char* const no_tunnels;
extern const char* const column_tunnel;
extern const char* const column_state;
extern const char* const column_since;
extern const char* const column_device;
extern const char* const column_remote;
extern const char* const column_received;
extern const char* const column_sent;
extern const char* const column_use;
extern const char* const label_state;
extern const char* const label_why;
extern const char* const label_last_failure;
extern const char* const label_remedy;
extern const char* const label_attempts;
extern const char* const label_peer;
extern const char* const label_slot;
extern const char* const label_outer;
extern const char* const label_inner;
extern const char* const label_cipher;
extern const char* const label_traffic;
extern const char* const label_handshake;
extern const char* const label_key;
extern const char* const label_use;
extern const char* const never;
[[nodiscard]] std::string state(const std::string& state);
[[nodiscard]] std::string peer(const TunnelReport& tunnel);
[[nodiscard]] std::string slot(const TunnelReport& tunnel);
[[nodiscard]] std::string attempts(const TunnelReport& tunnel);
[[nodiscard]] std::string traffic(std::uint64_t received, std::uint64_t sent);
[[nodiscard]] std::string ends(const std::string& own, const std::string& other);
[[nodiscard]] std::string ago(std::int64_t seconds);
[[nodiscard]] std::string no_such_tunnel(const std::string& name);

// paths, switch
extern const char* const no_paths;
extern const char* const no_networks;
extern const char* const column_path;
extern const char* const column_used_for;
extern const char* const column_health;
extern const char* const column_loss;
extern const char* const column_lost_up;
extern const char* const column_lost_down;
extern const char* const column_delay;
extern const char* const column_jitter;
extern const char* const column_size;
extern const char* const column_age;
extern const char* const column_kbit;
extern const char* const column_gb_month;
extern const char* const label_rule;
extern const char* const label_figures;
extern const char* const label_outlook;
extern const char* const label_switches;
extern const char* const label_loss;
extern const char* const label_round_trip;
extern const char* const label_answer;
extern const char* const label_size;
extern const char* const label_cost;
extern const char* const label_hold;
extern const char* const label_asking;
extern const char* const pinned;
/// Its trouble, or where it has none its health, in a word or two.
[[nodiscard]] std::string path_state(const PathReport& path);
/// Why a network goes where it goes, by the code of the rule.
[[nodiscard]] std::string rule(const std::string& code);
/// "via …, for 3 min", or that it cannot be reached.
[[nodiscard]] std::string goes(const NetworkReport& network);
[[nodiscard]] std::string lost(double share);          ///< "0.4 %"; negative: not known
[[nodiscard]] std::string lost_shortly(double share);  ///< without a fraction: 5 columns at most
[[nodiscard]] std::string milliseconds(std::int64_t microseconds);  ///< negative: not known
[[nodiscard]] std::string age(std::int64_t milliseconds);           ///< negative: never
[[nodiscard]] std::string figure(double number);                    ///< two digits or more
[[nodiscard]] std::string path_cost(const PathReport& path);
[[nodiscard]] std::string lost_each_way(const PathReport& path);
[[nodiscard]] std::string round_trips(const PathReport& path);
[[nodiscard]] std::string last_answer(const PathReport& path);
[[nodiscard]] std::string size_of(const PathReport& path);
[[nodiscard]] std::string asking(const PathReport& path);
[[nodiscard]] std::string held(std::int64_t seconds);
[[nodiscard]] std::string switches(std::uint32_t count);
[[nodiscard]] std::string probing_costs(double kbit, double gb_month);
[[nodiscard]] std::string no_such_path(const std::string& name);
[[nodiscard]] std::string no_such_network(const std::string& name,
                                          const std::vector<NetworkReport>& networks);
[[nodiscard]] std::string no_such_candidate(const std::string& path, const std::string& network,
                                            const std::vector<std::string>& candidates);
[[nodiscard]] std::string means_several(const std::string& path,
                                        const std::vector<std::string>& candidates);
/// `asked` empty: it chooses freely.
[[nodiscard]] std::string switched(const std::string& network, const std::string& asked,
                                   const std::string& in_use);

// up, down, config, teardown, version
[[nodiscard]] std::string enabled(const std::string& name, std::size_t count, bool up);
extern const char* const mistake;
[[nodiscard]] std::string config_right(const std::string& file, const Model& model);
[[nodiscard]] std::string config_wrong(std::size_t mistakes);
[[nodiscard]] std::string cannot_read(const std::string& file, const std::string& why);
[[nodiscard]] std::string no_such_hub(const std::string& name, const Model& model);
[[nodiscard]] std::string key_missing(std::uint32_t slot);
extern const char* const would_change;
extern const char* const no_differences;
extern const char* const nothing_changed;
[[nodiscard]] std::string changed(std::size_t count);
extern const char* const ask_teardown;
extern const char* const yes_letters;  ///< the letters that mean yes
extern const char* const needs_yes;
extern const char* const not_torn_down;
extern const char* const nothing_removed;
extern const char* const removed;
[[nodiscard]] std::string teardown_without_daemon();
[[nodiscard]] std::string cannot_run(const std::string& what, const std::string& why);
[[nodiscard]] std::string ended(int status);  ///< of a program, as waitpid tells
[[nodiscard]] std::string versions(const std::string& own, const std::string& daemon);

// log
[[nodiscard]] const char* priority(std::uint8_t priority);
extern const char* const no_messages;

// failures
extern const char* const failure;
extern const char* const warning;
extern const char* const unreachable;
extern const char* const unreachable_remedy;
extern const char* const as_root;
extern const char* const watching_again;
[[nodiscard]] std::string broken(const char* what);

}  // namespace kaido::cli::text
