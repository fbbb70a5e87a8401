@echo off
set ROOT=C:\work
call :test one
goto :end
:test
set /p ANSWER=Go on?
exit /b
:end
rem :no
