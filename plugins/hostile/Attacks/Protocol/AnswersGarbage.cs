namespace Hostile.Attacks.Protocol;

public sealed class AnswersGarbage : Attack
{
    public override string Title => "takes its worker's connections and answers what is no HTTP";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    public override bool NeedsWorker => true;

    // The first call starts it, the others come to it.
    public override int Calls => 8;

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        // The worker's own server hears on descriptor 3; whoever accepts first has the connection.
        for (var i = 0; i < 4; i++)
            new Thread(Accept) { IsBackground = true }.Start();
        await Task.Delay(50);
        context.Response.Headers.Connection = "close";
        return "did: took its own socket over";
    }

    private static void Accept()
    {
        var garbage = new byte[64 * 1024];
        Random.Shared.NextBytes(garbage);
        var bytes = Sys.Bytes(garbage);
        while (true)
        {
            var connection = Sys.Call(288, 242, 3, 0, 0, 0);
            if (connection < 0)
            {
                Thread.Sleep(1);
                continue;
            }

            for (var i = 0; i < 64; i++)
                Sys.Call(1, 64, connection, bytes, garbage.Length);
            Sys.Call(3, 57, connection);
        }
    }
}
