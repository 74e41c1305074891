namespace Hostile.Attacks.Network;

public sealed class ListensOnPort : Attack
{
    public override string Title => "listens on a port of the machine";

    protected override string Run(Target target)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, 0);
        listener.Start();
        return $"reached: listens on {listener.LocalEndpoint}";
    }
}
