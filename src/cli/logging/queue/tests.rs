use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;

/// Where the log goes in a test; it waits for leave before each writing.
struct Sink {
    leave: Receiver<()>,
    written: Sender<Vec<u8>>,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // No leave is needed once nobody gives it any more.
        let _ = self.leave.recv();
        self.written.send(bytes.to_vec()).unwrap();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn queue() -> (Arc<Queue>, Writing, Sender<()>, Receiver<Vec<u8>>) {
    let ((leave, left), (sink, written)) = (channel(), channel());
    let sink = Sink {
        leave: left,
        written: sink,
    };
    let (queue, writing) = Queue::into(sink).unwrap();
    (queue, writing, leave, written)
}

#[test]
fn each_line_comes_out_whole_once_and_in_order_also_at_the_end() {
    let (queue, writing, leave, written) = queue();
    drop(leave);
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let queue = queue.clone();
            thread::spawn(move || {
                for line in 0..5_000 {
                    writeln!(&*queue, "{}", format_args!("{thread} {line}")).unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    writeln!(&*queue, "the end").unwrap();
    drop(writing);
    let text = String::from_utf8(written.iter().flatten().collect()).unwrap();
    assert!(text.ends_with("the end\n"));
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    assert_eq!(lines, 20_001);
}

#[test]
fn a_line_of_one_write_is_never_cut_by_another() {
    let (queue, writing, leave, written) = queue();
    drop(leave);
    let threads: Vec<_> = (0..4_u8)
        .map(|thread| {
            let (queue, line) = (
                queue.clone(),
                format!("{}\n", thread.to_string().repeat(300)),
            );
            thread::spawn(move || {
                (0..1_000).for_each(|_| (&*queue).write_all(line.as_bytes()).unwrap())
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    drop(writing);
    let text = String::from_utf8(written.iter().flatten().collect()).unwrap();
    assert_eq!(text.lines().count(), 4_000);
    for line in text.lines() {
        let first = line.chars().next().unwrap().to_string();
        assert_eq!(line, first.repeat(300));
    }
}

#[test]
fn where_the_reader_is_slow_those_who_log_wait_and_nothing_is_lost() {
    let (queue, writing, leave, written) = queue();
    let line = [b'x'; 1 << 16];
    let (told, heard) = channel();
    let logging = {
        let queue = queue.clone();
        thread::spawn(move || {
            for count in 0..100_usize {
                (&*queue).write_all(&line).unwrap();
                told.send(count).unwrap();
            }
        })
    };
    // Without leave no more than the one being written and what may wait goes in.
    let most = 2 * MOST / line.len() + 1;
    while heard
        .recv_timeout(Duration::from_millis(300))
        .is_ok_and(|count| {
            assert!(count <= most, "{count}");
            true
        })
    {}
    assert!(!logging.is_finished());
    drop(leave);
    logging.join().unwrap();
    drop(writing);
    assert_eq!(written.iter().flatten().count(), 100 << 16);
}
