#[[ Warnings for a target.
function(ghost) ]]
function(shop_warnings target)
  target_compile_options(${target} PRIVATE -Wall)
endfunction()
macro(shop_flag NAME)
  set(${NAME} ON)
endmacro()
