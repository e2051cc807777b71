@echo off
REM Synthetic. set M3_PASSWORD=not-looked-at
set M3_PASSWORD=S3cret-45
curl -u jdoe:%M3_PASSWORD% https://m3dev.example.com:21007/mws-ws/services/Facility
