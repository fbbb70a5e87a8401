package main

func fine() {}
func half( {
