-- For wrk: every request asks for URLs that nobody has asked for yet, so that no cache makes it lighter than it is.
-- wrk ... http://relay/ -- START http://host-1:port http://host-2:port ...
local number, origins

function init(arguments)
  number = tonumber(arguments[1])
  origins = {unpack(arguments, 2)}
end

function request()
  local urls = {}
  for index, origin in ipairs(origins) do
    number = number + 1
    urls[index] = "url=" .. origin .. "/a/page-" .. number .. ".html"
  end
  return wrk.format("GET", "/?" .. table.concat(urls, "&"))
end
