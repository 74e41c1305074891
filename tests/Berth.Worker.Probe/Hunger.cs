using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Berth.Worker.Probe;

/// <summary>Wants much of one thing, up to a bound, and says how much it got.</summary>
internal static class Hunger
{
    private const int Megabyte = 1 << 20;

    public static string Threads(int most)
    {
        using var end = new ManualResetEventSlim();
        List<Thread> threads = [];
        try
        {
            while (threads.Count < most)
            {
                var thread = new Thread(end.Wait, 256 * 1024) { IsBackground = true };
                thread.Start();
                threads.Add(thread);
            }

            return $"got {threads.Count}";
        }
        catch (OutOfMemoryException)
        {
            return $"stopped {threads.Count}";
        }
        finally
        {
            end.Set();
            threads.ForEach(thread => thread.Join());
        }
    }

    public static string Files(int most)
    {
        List<FileStream> files = [];
        try
        {
            while (files.Count < most)
                files.Add(new FileStream("/dev/null", FileMode.Open, FileAccess.Read));
            return $"got {files.Count}";
        }
        catch (IOException)
        {
            return $"stopped {files.Count}";
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    public static string Managed(int megabytes)
    {
        List<byte[]> held = [];
        try
        {
            while (held.Count < megabytes)
            {
                var one = new byte[Megabyte];
                Array.Fill(one, (byte)1);
                held.Add(one);
            }

            return $"got {held.Count}";
        }
        catch (OutOfMemoryException)
        {
            var count = held.Count;
            held.Clear();
            return $"stopped {count}";
        }
    }

    public static string Native(int megabytes)
    {
        List<nint> held = [];
        try
        {
            while (held.Count < megabytes)
            {
                var one = Marshal.AllocHGlobal(Megabyte);
                held.Add(one);
                for (var page = 0; page < Megabyte; page += 4096)
                    Marshal.WriteByte(one, page, 1);
            }

            return $"got {held.Count}";
        }
        catch (OutOfMemoryException)
        {
            return $"stopped {held.Count}";
        }
        finally
        {
            held.ForEach(Marshal.FreeHGlobal);
        }
    }

    public static string Disk(int megabytes)
    {
        var path = Path.Combine(Path.GetTempPath(), "big");
        var written = 0;
        try
        {
            using var file = File.Create(path);
            var one = new byte[Megabyte];
            for (; written < megabytes; written++)
            {
                file.Write(one);
                file.Flush();
            }

            return $"got {written}";
        }
        catch (Exception exception) when (exception is IOException or ArgumentOutOfRangeException)
        {
            return $"stopped {written}";
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Works on two threads for so much processor time of its own, and says what share of one processor it got.</summary>
    public static string Processor(int milliseconds)
    {
        var self = Process.GetCurrentProcess();
        var wall = Stopwatch.StartNew();
        var before = self.TotalProcessorTime;
        var second = new Thread(() => SpinUntil(wall, milliseconds));
        second.Start();
        SpinUntil(wall, milliseconds);
        second.Join();
        self.Refresh();
        return $"{(self.TotalProcessorTime - before).TotalMilliseconds / wall.Elapsed.TotalMilliseconds:0.00}";
    }

    private static void SpinUntil(Stopwatch wall, int milliseconds)
    {
        while (wall.ElapsedMilliseconds < milliseconds)
            Thread.SpinWait(1000);
    }
}
