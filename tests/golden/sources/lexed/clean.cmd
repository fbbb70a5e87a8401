set CACHE=x
:again
goto again
