-- Writes through management, one after another on each connection: run it with as many threads as connections. KIND, KEY, ARTICLES, TEXTS (a line each)
-- and RUN, a word that slugs begin with, come from the environment.
local kind, articles, run = os.getenv("KIND"), tonumber(os.getenv("ARTICLES")), os.getenv("RUN")
local texts = {}
for text in string.gmatch(os.getenv("TEXTS"), "[^\n]+") do texts[#texts + 1] = text end
local headers = { ["Authorization"] = "Bearer " .. os.getenv("KEY"), ["Content-Type"] = "application/json", ["If-Match"] = "*" }
local threads, saved, count, asked = 0, nil, 0, 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  math.randomseed(os.time() * 100 + number)
end

local function rich(parts)
  return '{"format":"markdown","source":"' .. table.concat(parts, "\\n\\n") .. '"}'
end

local function chosen(paragraphs)
  local parts = {}
  for place = 1, paragraphs do parts[place] = texts[math.random(#texts)] end
  return parts
end

-- A save as a request, and the path of what is to be published after it.
local saves = {
  -- A new article of 6 KB.
  article = function()
    local slug = string.format("%s-%d-%d", run, number, count)
    local body = string.format('{"headline":"Article %d of %s","slug":"%s","language":"nl","section":"section-1","authors":["author-1"],"body":%s}',
      count, run, slug, rich(chosen(14)))
    return wrk.format("POST", "/v1/manage/articles", headers, body), "/v1/manage/articles/" .. slug
  end,
  -- Another text of 6 KB in place of the one before.
  replacement = function()
    local path = "/v1/manage/articles/article-" .. math.random(0, articles - 1)
    return wrk.format("PATCH", path, headers, '{"body":' .. rich(chosen(14)) .. "}"), path
  end,
  -- One paragraph of 14 is another: each connection has ten articles, whose first 13 paragraphs are always the same.
  revision = function()
    local article = number * 10 + count % 10
    local path, parts = "/v1/manage/articles/article-" .. article, chosen(14)
    for place = 1, 13 do parts[place] = texts[(article * 13 + place) % #texts + 1] end
    return wrk.format("PATCH", path, headers, string.format('{"headline":"Revision %d","body":%s}', count, rich(parts))), path
  end,
}

local function next_request()
  if kind == "update" then
    local path = "/v1/manage/articles/article-" .. math.random(0, articles - 1) .. "/updates"
    return wrk.format("POST", path, headers, '{"kind":"update","body":' .. rich(chosen(1)) .. "}")
  end
  if saved then
    local publish = saved .. "/publish"
    saved = nil
    return wrk.format("POST", publish, headers, "{}")
  end
  count = count + 1
  local save
  save, saved = saves[kind]()
  return save
end

function request()
  local made = next_request()
  asked = asked + 1
  -- wrk asks the first thread once for a look, and sends nothing of it.
  if number == 0 and asked == 1 then saved = nil end
  return made
end
