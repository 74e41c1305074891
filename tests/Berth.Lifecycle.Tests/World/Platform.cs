// The kill tests end processes with SIGKILL, and the disk tests mount: both are done on Linux.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
