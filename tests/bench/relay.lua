-- For wrk: every request has new URLs, so that no cache answers it.
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
