-- Asks for one of many addresses at a time. KIND and ARTICLES come from the environment.
local kind, articles = os.getenv("KIND"), tonumber(os.getenv("ARTICLES"))
local words = {}
for word in string.gmatch(os.getenv("WORDS") or "", "%S+") do words[#words + 1] = word end
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  math.randomseed(os.time() * 10 + number)
end

local paths = {
  article = function() return "/v1/articles/article-" .. math.random(0, articles - 1) end,
  list = function()
    local year, month, day = math.random(2011, 2024), math.random(1, 12), math.random(1, 28)
    return string.format("/v1/articles?published_before=%d-%02d-%02dT00:00:00Z", year, month, day)
  end,
  section = function() return "/v1/articles?section=section-" .. math.random(0, 39) end,
  entity = function() return "/v1/entities/entity-" .. math.floor(50000 ^ math.random()) - 1 end,
  search = function() return "/v1/search?q=" .. words[math.random(#words)] end,
}

function request()
  return wrk.format("GET", paths[kind]())
end
