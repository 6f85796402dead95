//! What is done with a room on the server, each in one step.
//!
//! A room is four keys: a hash (its life `l`, the number of its last entry `n`, that of the last message that it has
//! forgotten `f`), the log of its last entries, its history of messages, and who is present, by member.

use std::sync::LazyLock;

use ::redis::Script;

/// How many entries the log has: what a process can catch up with.
pub const LOG: usize = 1000;

/// KEYS: the room, its log, its history, who is present. ARGV 1 to 4: a life for a room that has none, how many messages the
/// history has, how long the room is kept without use, the length of the log.
const APPEND: &str = "
local room, log, history, present = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local function append(kind, member, json)
  local life = redis.call('HGET', room, 'l')
  if not life then
    life = ARGV[1]
    redis.call('HSET', room, 'l', life)
  end
  local number = redis.call('HINCRBY', room, 'n', 1)
  local position = life .. '-' .. string.format('%d', number)
  local entry = position .. ' ' .. kind .. ' ' .. member .. ' ' .. json
  redis.call('RPUSH', log, entry)
  redis.call('LTRIM', log, -tonumber(ARGV[4]), -1)
  if kind == 'J' then
    redis.call('HSET', present, member, string.format('%d', number) .. ' ' .. json)
  elseif kind == 'M' then
    redis.call('RPUSH', history, entry)
    if redis.call('LLEN', history) > tonumber(ARGV[2]) then
      local gone = redis.call('LPOP', history)
      redis.call('HSET', room, 'f', string.match(gone, '^%x+%-(%d+)'))
    end
  end
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[3]) end
  redis.call('PUBLISH', room, entry)
  return position
end
";

fn with_append(code: &str) -> Script {
    Script::new(&format!("{APPEND}{code}"))
}

/// Appends an entry and returns its position. ARGV 5 to 7: kind, member, JSON.
pub static PUSH: LazyLock<Script> = LazyLock::new(|| with_append("return append(ARGV[5], ARGV[6], ARGV[7])"));

/// Appends a `Left` if the member is present. ARGV 5 and 6: member, JSON.
pub static LEAVE: LazyLock<Script> = LazyLock::new(|| {
    with_append(
        "
if redis.call('HDEL', present, ARGV[5]) == 1 then append('L', ARGV[5], ARGV[6]) end
return 1",
    )
});

/// Keeps the room, writes down members whom the server has forgotten, and removes those of processes that are gone.
/// ARGV 5: what the keys of processes begin with; 6: whether to remove; then members and their JSON, one after the other.
pub static TEND: LazyLock<Script> = LazyLock::new(|| {
    with_append(
        "
for at = 7, #ARGV, 2 do
  local number = redis.call('HGET', room, 'n') or '0'
  redis.call('HSETNX', present, ARGV[at], number .. ' ' .. ARGV[at + 1])
end
if ARGV[6] == '1' then
  local all = redis.call('HGETALL', present)
  for at = 1, #all, 2 do
    local process = string.match(all[at], '^(%x+)%-')
    if redis.call('EXISTS', ARGV[5] .. process) == 0 then
      redis.call('HDEL', present, all[at])
      append('L', all[at], string.match(all[at + 1], '^%d+ (.*)$'))
    end
  end
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[3]) end
return 1",
    )
});

/// Where a room is: its life, its number, and the last entries behind a number, as far as the log has them. ARGV: the life
/// and the number.
pub static BEHIND: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "
local known = redis.call('HMGET', KEYS[1], 'l', 'n')
if not known[1] then return {'', '0', {}} end
local count = tonumber(known[2]) - tonumber(ARGV[2])
if known[1] ~= ARGV[1] or count <= 0 then return {known[1], known[2], {}} end
return {known[1], known[2], redis.call('LRANGE', KEYS[2], -count, -1)}",
    )
});

/// The life of a room, the number of the last message that it has forgotten, and its messages.
pub static HISTORY: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "
local known = redis.call('HMGET', KEYS[1], 'l', 'f')
return {known[1] or '', known[2] or '0', redis.call('LRANGE', KEYS[3], 0, -1)}",
    )
});

/// Who is present, without the members of processes that are gone. ARGV: what the keys of processes begin with.
pub static PRESENT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "
local all, found = redis.call('HGETALL', KEYS[4]), {}
for at = 1, #all, 2 do
  local process = string.match(all[at], '^(%x+)%-')
  if redis.call('EXISTS', ARGV[1] .. process) == 1 then
    found[#found + 1] = all[at]
    found[#found + 1] = all[at + 1]
  end
end
return found",
    )
});
