namespace Berth.Host.Isolation.Worker.Processes;

/// <summary>Reads what a process writes, for as long as it writes, and keeps the last lines of it.</summary>
internal sealed class OutputTail
{
    private const int MostLines = 40;
    private const int LongestLine = 500;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();

    public OutputTail(Stream stream) => Ended = ReadAsync(stream);

    /// <summary>Ends when nobody can write any more.</summary>
    public Task Ended { get; }

    /// <summary>The last lines, the oldest first.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    private async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[4096];
        var line = new List<byte>(LongestLine);
        try
        {
            await using (stream)
            {
                int read;
                while ((read = await stream.ReadAsync(buffer)) > 0)
                {
                    for (var i = 0; i < read; i++)
                    {
                        if (buffer[i] == (byte)'\n')
                            Keep(line);
                        else if (line.Count < LongestLine)
                            line.Add(buffer[i]);
                    }
                }

                if (line.Count > 0)
                    Keep(line);
            }
        }
        catch (IOException)
        {
            // The other end broke; what was read is kept.
        }
    }

    private void Keep(List<byte> line)
    {
        var text = System.Text.Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
        line.Clear();
        lock (_gate)
        {
            _lines.Enqueue(text);
            if (_lines.Count > MostLines)
                _lines.Dequeue();
        }
    }
}
