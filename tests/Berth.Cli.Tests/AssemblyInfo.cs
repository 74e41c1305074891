// These tests look at file modes and run shells.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
