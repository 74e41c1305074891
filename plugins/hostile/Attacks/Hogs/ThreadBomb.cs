namespace Hostile.Attacks.Hogs;

public sealed class ThreadBomb : Attack
{
    public override string Title => "is a bomb of threads";

    protected override string Run(Target target)
    {
        var started = 0;
        try
        {
            while (started < 400)
            {
                new Thread(static () => Thread.Sleep(Timeout.Infinite), 64 * 1024) { IsBackground = true }.Start();
                started++;
            }
        }
        catch (OutOfMemoryException exception)
        {
            return $"did: took {started} threads, then: {exception.Message}";
        }

        return $"did: took {started} threads";
    }
}
