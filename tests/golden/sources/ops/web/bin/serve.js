#!/usr/bin/env node
// Serves the pages.
import { createApp } from "vue";
import express from "express";

express().listen(createApp.length);
