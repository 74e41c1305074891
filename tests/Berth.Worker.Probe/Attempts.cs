using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Berth.Worker.Probe;

/// <summary>What can be tried, by name.</summary>
internal static class Attempts
{
    public static async Task<string> TryAsync(string attempt)
    {
        var space = attempt.IndexOf(' ', StringComparison.Ordinal);
        var (name, argument) = space < 0 ? (attempt, "") : (attempt[..space], attempt[(space + 1)..]);
        try
        {
            return name switch
            {
                "work" => await OrdinaryWork.DoAsync(),
                "who" => $"{Kernel.UserId()}:{Kernel.GroupId()} groups {Kernel.Groups(0, 0)}",
                "call" => Kernel.Call(argument),
                "calls" => string.Join(' ', Kernel.Names.Select(call => $"{call}={Kernel.Call(call).Replace("errno ", "", StringComparison.Ordinal)}")),
                "fork" => Kernel.Fork(),
                "run" => Run(argument),
                "read" => Read(argument),
                "write" => Write(argument),
                "list" => string.Join(' ', Directory.EnumerateFileSystemEntries(argument).Order(StringComparer.Ordinal)),
                "exists" => File.Exists(argument) || Directory.Exists(argument) ? "yes" : "no",
                "environment" => string.Join(' ', Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal)),
                "variable" => Environment.GetEnvironmentVariable(argument) ?? "none",
                "folder" => Environment.CurrentDirectory,
                "processes" => string.Join(' ', Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(id => id!.All(char.IsAsciiDigit))),
                "interfaces" => string.Join(' ', File.ReadAllLines("/proc/net/dev").Skip(2).Select(line => line.Split(':')[0].Trim())),
                "connect" => await ConnectAsync(IPEndPoint.Parse(argument)),
                "connect-socket" => await ConnectAsync(new UnixDomainSocketEndPoint(argument[0] == '@' ? "\0" + argument[1..] : argument)),
                "threads" => Hunger.Threads(int.Parse(argument)),
                "files" => Hunger.Files(int.Parse(argument)),
                "managed-memory" => Hunger.Managed(int.Parse(argument)),
                "native-memory" => Hunger.Native(int.Parse(argument)),
                "big-file" => Hunger.Disk(int.Parse(argument)),
                "spin" => Hunger.Processor(int.Parse(argument)),
                "descriptors" => string.Join(' ', Directory.EnumerateFiles("/proc/self/fd").Select(one => $"{Path.GetFileName(one)}={Target(one)}")),
                "status" => File.ReadLines("/proc/self/status").First(line => line.StartsWith(argument + ":", StringComparison.Ordinal)).Split('\t')[^1],
                "wait" => await ForeverAsync(),
                _ => throw new InvalidOperationException($"There is no attempt '{name}'."),
            };
        }
        catch (Exception exception)
        {
            return $"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}";
        }
    }

    private static string Read(string path)
    {
        using var file = File.OpenRead(path);
        file.ReadByte();
        return "ok";
    }

    private static string Write(string path)
    {
        File.WriteAllText(path, "x");
        File.Delete(path);
        return "ok";
    }

    private static string Run(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false })!;
        process.WaitForExit();
        return "ok";
    }

    private static string Target(string link) => new FileInfo(link).LinkTarget ?? "?";

    private static async Task<string> ConnectAsync(EndPoint to)
    {
        using var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(to);
        return "ok";
    }

    private static async Task<string> ForeverAsync()
    {
        Console.Out.WriteLine("waiting");
        Console.Out.Flush();
        await Task.Delay(Timeout.Infinite);
        return "ok";
    }
}
